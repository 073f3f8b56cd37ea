import { expect, it } from 'vitest'
import { startEmpty } from './support.ts'
import { clear, exportText, importText, sharedData, FORMATS } from './exchange-support.ts'
import { writeFileSync } from 'node:fs'
it('tries', async () => {
  const t = await startEmpty()
  const s = performance.now()
  const r = await importText(t, 'TURTLE', sharedData('dpv-ai.ttl')!)
  console.log(performance.now() - s, r)
  for (let i = 0; i < 3; i++) {
    await clear(t)
    const s = performance.now()
    await importText(t, 'TURTLE', sharedData('dpv-ai.ttl')!)
    console.log('again', performance.now() - s)
  }
  console.log(await importText(t, 'TURTLE', sharedData('dpv-ai.ttl')!))
  const exports = new Map<string, string>()
  for (const f of FORMATS) {
    const s = performance.now()
    exports.set(f, await exportText(t, f))
    console.log(f, exports.get(f)!.length, performance.now() - s)
    writeFileSync('/tmp/dpv.' + f, exports.get(f)!)
  }
  for (const f of FORMATS) {
    const s = performance.now()
    const r = await importText(t, f, exports.get(f)!)
    console.log(f, performance.now() - s, JSON.stringify(r).slice(0, 600))
  }
  await clear(t)
  console.log(await importText(t, 'JSON_LD', sharedData('dpv-ai.jsonld')!))
  expect(await exportText(t, 'TURTLE')).toBe(exports.get('TURTLE'))
  for (const f of FORMATS) {
    await clear(t)
    await importText(t, f, exports.get(f)!)
    for (const g of FORMATS) { const out = await exportText(t, g); if (out !== exports.get(g)) { console.log('DIFF', f, g); writeFileSync(`/tmp/dpv.${f}.${g}`, out) } }
  }
  await t.dispose()
}, 200_000)
