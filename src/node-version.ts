/** The oldest version of Node.js that it runs on: `engines` in package.json says the same. */
const oldest = [20, 12] as const

/**
 * Returns the sentence that refuses a version of Node.js which is too old, and undefined for any other version.
 *
 * @param version - as `process.version` has it: `v18.19.0`
 */
export function nodeVersionMistake(version: string): string | undefined {
  const numbers = version.replace(/^v/, '').split('.').map(Number)
  const [major, minor] = numbers as [number, number]
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined
  return `tao-upload-emulator needs Node.js ${oldest.join('.')} or later, and this is ${version.replace(/^v/, '')}`
}
