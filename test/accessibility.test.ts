import { runFolder } from './run-folder.js'

await runFolder('accessibility')
