/** A child for the supervisor's tests: it does what its file name says, and notes each start beside itself. */
import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const me = fileURLToPath(import.meta.url)
appendFileSync(`${me}.started`, `${process.pid}\n`)
process.on('SIGTERM', () => undefined)
process.once('disconnect', () => process.exit(0))
const speakOn = () => setInterval(() => process.connected && process.send({ type: 'alive' }), 20)

switch (basename(me, '.mjs')) {
  case 'fails':
    process.exit(1)
    break
  case 'mute':
    setInterval(() => undefined, 1000)
    break
  case 'hangs':
    // Alive until it has its credential; then its event loop never turns again.
    process.on('message', () => {
      for (;;);
    })
    process.send({ type: 'hello' })
    speakOn()
    break
  case 'lives':
    process.send({ type: 'hello' })
    speakOn()
    break
}
