import { z } from 'zod'

const credential = z.object({
  type: z.literal('credential'),
  url: z.url(),
  secret: z.string().min(1),
  instance: z.string(),
})

/** A supervisor kills what says nothing for a minute. */
const ALIVE_MILLISECONDS = 5_000

/** Whether a supervisor started this process, and holds a channel to it. */
export const isSupervised = (): boolean => process.send !== undefined

/**
 * Asks the supervisor for the credential: by the channel, for arguments and environments can be read by others. Without
 * its supervisor this process ends at once, whatever it is at, so that no orphan works on. From then on it gives a sign of
 * life every 5 seconds, as long as its event loop turns.
 */
export const receiveCredential = (): Promise<{ url: string; secret: string; instance: string }> =>
  new Promise((resolve) => {
    process.once('disconnect', () => process.exit(0))
    process.on('message', (message) => {
      const { success, data } = credential.safeParse(message)
      if (success) resolve({ url: data.url, secret: data.secret, instance: data.instance })
    })
    if (!process.connected) process.exit(0)
    process.send?.({ type: 'hello' })
    setInterval(() => process.connected && process.send?.({ type: 'alive' }), ALIVE_MILLISECONDS).unref()
  })
