/*
 * The parts that only a person at a terminal needs. They are loaded late, and together.
 */

export { serveOnTerminal } from './serve-on-terminal.js'
export { terminalFormat } from './terminal-format.js'
