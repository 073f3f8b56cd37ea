// node --import tsx import-once.ts parse|import: does it once, and prints how many milliseconds that took.
import { timeEach } from '../table.ts'
import { openImport, parse, readFile } from './importing.ts'

const text = readFile()
if (process.argv[2] === 'parse') console.log(...(await timeEach(1, () => parse(text))))
else {
  const importing = await openImport()
  console.log(...(await timeEach(1, () => importing.run(text))))
  await importing.dispose()
}
process.exit(0)
