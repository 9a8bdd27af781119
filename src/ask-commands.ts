/*
 * The commands that ask an emulator that runs. They are loaded late, and together: each file of its own would split further
 * what they share with others.
 */

export { fetchCaCertificate } from './fetch-ca.js'
export { logsCommand } from './logs-command.js'
export { mintToken } from './mint-token.js'
export { statusCommand } from './status-command.js'
export { whyText } from './why-command.js'
