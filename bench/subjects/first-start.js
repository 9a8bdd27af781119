import { starters, timed } from './in-process.js'

// In a process that did nothing before: prints the milliseconds from the import to the end of the first answer.
const [name] = process.argv.slice(2)
process.stdout.write(String((await timed(starters[name])).answerMs))
