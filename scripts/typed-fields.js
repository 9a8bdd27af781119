import ts from 'typescript'

const root = new URL('..', import.meta.url).pathname

/** Opens source files for the types that they export, and the TSDoc of their members. */
export function openSource(...files) {
  const paths = files.map((file) => `${root}${file}`)
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root)
  const program = ts.createProgram(paths, options)
  const checker = program.getTypeChecker()
  const modules = paths.map((path) => checker.getSymbolAtLocation(program.getSourceFile(path)))
  const names = modules.flatMap((module) => checker.getExportsOfModule(module))
  const exported = new Map(names.map((it) => [it.name, it]))
  return {
    checker,
    /** The type of the exported name. */
    typeOf: (name) => checker.getDeclaredTypeOfSymbol(exported.get(name)),
    /** The type of the exported constant. */
    typeOfConstant: (name) => checker.getTypeOfSymbol(exported.get(name)),
  }
}

/** The TSDoc of a member as one line: its sentences, and its default. */
export function docOf(symbol, checker) {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const [fallback] = symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'defaultValue')
    .map((tag) => ts.displayPartsToString(tag.text))
  const sentence = fallback === undefined ? '' : `Default: ${fallback.trim()}.`
  return [text, sentence].filter(Boolean).join(' ').replace(/\s+/g, ' ')
}

/** The members of a union, without null and undefined; any other type is its only member. */
export function membersOf(type, checker) {
  const present = checker.getNonNullableType(type)
  return present.isUnion() ? present.types : [present]
}

/**
 * Adds the TSDoc of the fields of a type to its JSON Schema, as `description`. So the sentences of a hover in TypeScript and in
 * an editor for YAML are the same.
 */
export function describeFields(schema, type, checker) {
  const members = membersOf(type, checker)
  if (schema.anyOf) {
    return { ...schema, anyOf: schema.anyOf.map((form) => describeFields(form, type, checker)) }
  }
  if (schema.items) {
    const list = members.find((member) => checker.isArrayLikeType(member))
    const [item] = checker.getTypeArguments(list)
    return { ...schema, items: describeFields(schema.items, item, checker) }
  }
  if (!schema.properties) return schema
  const form = formOf(schema, members, checker)
  const properties = Object.entries(schema.properties).map(([name, field]) => {
    const symbol = form.getProperty(name)
    const described = describeFields(field, checker.getTypeOfSymbol(symbol), checker)
    return [name, { description: docOf(symbol, checker), ...described }]
  })
  return { ...schema, properties: Object.fromEntries(properties) }
}

/** The member of a union that an object of the schema belongs to: it has the same fields and the same `kind`. */
function formOf(schema, members, checker) {
  const { kind } = schema.properties
  return members.find(
    (member) =>
      Object.keys(schema.properties).every((name) => member.getProperty(name)) &&
      (kind === undefined || kindsOf(member, checker).includes(kind.const)),
  )
}

function kindsOf(type, checker) {
  return membersOf(checker.getTypeOfSymbol(type.getProperty('kind')), checker).map(
    ({ value }) => value,
  )
}
