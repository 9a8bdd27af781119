/**
 * The transpiler of ts-node, which loads TypeScript for tap (see `ts-node` in tsconfig.json). Each test file is a process
 * of its own, and ts-node keeps nothing between them: to compile `src` took more time than most tests. This one compiles
 * as ts-node does, and keeps the result of each file until its text, the compiler or its options change.
 */
const { createHash } = require('node:crypto')
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const ts = require('typescript')

const folder = join(__dirname, '../node_modules/.cache/tap-typescript')

const hash = (...texts) => createHash('sha256').update(JSON.stringify(texts)).digest('hex')

/** The kept result of a file. Without one, or where it is damaged, the file is compiled again. */
function readKept(file, key) {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8'))
    return kept.key === key ? kept : undefined
  } catch {
    return undefined
  }
}

/** Processes write the same file at the same time, so a file appears whole, by its renaming. */
function keep(file, result) {
  mkdirSync(folder, { recursive: true })
  const part = `${file}.${process.pid}.part`
  writeFileSync(part, JSON.stringify(result))
  renameSync(part, file)
  return result
}

exports.create = ({ service }) => {
  // Every file is an ES module. As nodenext, TypeScript would look for the package.json of each.
  const compilerOptions = { ...service.config.options, module: ts.ModuleKind.ESNext }
  delete compilerOptions.moduleResolution
  return {
    transpile(input, { fileName }) {
      const key = hash(ts.version, compilerOptions, input)
      const file = join(folder, hash(fileName))
      const kept = readKept(file, key)
      if (kept !== undefined) return kept
      const { outputText, sourceMapText } = ts.transpileModule(input, { fileName, compilerOptions })
      return keep(file, { key, outputText, sourceMapText })
    },
  }
}
