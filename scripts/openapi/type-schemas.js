import ts from 'typescript'
import { docOf } from '../typed-fields.js'

/*
 * JSON Schemas out of TypeScript types. A library would bring a TypeScript of its own, and would know neither the schemas that
 * valibot makes nor the sentences that docs/control-api.md has. The types of results need ten kinds of nodes.
 */

const { SyntaxKind } = ts

/**
 * Returns functions that make schemas. Each named type becomes a component, which the others refer to.
 *
 * @param given - components that exist already, by the names of their types
 */
export function typeSchemas(checker, given = {}) {
  const components = { ...given }

  function schemaOf(node) {
    switch (node.kind) {
      case SyntaxKind.StringKeyword:
      case SyntaxKind.TemplateLiteralType:
        return { type: 'string' }
      case SyntaxKind.NumberKeyword:
        return { type: 'integer' }
      case SyntaxKind.BooleanKeyword:
        return { type: 'boolean' }
      case SyntaxKind.UnknownKeyword:
        return {}
      case SyntaxKind.LiteralType:
        return literal(checker.getTypeFromTypeNode(node))
      case SyntaxKind.ParenthesizedType:
        return schemaOf(node.type)
      case SyntaxKind.TypeOperator:
        // The ids of the ledger: it grows, and no client should break.
        return node.operator === SyntaxKind.KeyOfKeyword ? { type: 'string' } : schemaOf(node.type)
      case SyntaxKind.ArrayType:
        return { type: 'array', items: schemaOf(node.elementType) }
      case SyntaxKind.IndexedAccessType:
        return enumeration(wordsIn(node))
      case SyntaxKind.TypeLiteral:
        return objectOf(checker.getTypeFromTypeNode(node))
      case SyntaxKind.UnionType:
        return unionOf(node.types.filter(({ kind }) => kind !== SyntaxKind.UndefinedKeyword))
      case SyntaxKind.TypeReference:
        return named(node)
      default:
        throw new Error(`scripts/openapi/type-schemas.js does not know ${node.getText()}`)
    }
  }

  const literal = (type) =>
    type.flags & ts.TypeFlags.Null
      ? { type: 'null' }
      : { type: typeof type.value, const: type.value }

  /** The words of a list, in its order, or those that a mapped type makes. */
  function wordsIn(node) {
    const words = checker.getTypeArguments(checker.getTypeFromTypeNode(node.objectType))
    return words.length > 0 ? words : checker.getTypeFromTypeNode(node).types
  }

  const enumeration = (types) => ({ type: 'string', enum: types.map(({ value }) => value) })

  function unionOf(nodes) {
    const schemas = nodes.map(schemaOf)
    if (schemas.length === 1) return schemas[0]
    const words = schemas.filter((schema) => schema.const !== undefined)
    if (words.length === schemas.length) {
      return { type: 'string', enum: words.map((schema) => schema.const) }
    }
    const isPlain = schemas.every(({ type, ...rest }) => type && Object.keys(rest).length === 0)
    if (isPlain) return { type: schemas.map(({ type }) => type) }
    const discriminator = discriminatorOf(schemas)
    return discriminator ? { oneOf: schemas, discriminator } : { anyOf: schemas }
  }

  /** Returns the discriminator of forms that differ by the word in `kind`. */
  function discriminatorOf(schemas) {
    const kinds = schemas.map(({ $ref }) => [resolve($ref)?.properties?.kind?.const, $ref])
    return kinds.every(([kind]) => kind !== undefined)
      ? { propertyName: 'kind', mapping: Object.fromEntries(kinds) }
      : undefined
  }

  const resolve = ($ref) => components[$ref?.split('/').at(-1)]

  function named(node) {
    const [argument, value] = node.typeArguments ?? []
    const name = node.typeName.getText()
    if (name === 'Readonly') return schemaOf(argument)
    if (name === 'Record') return recordOf(argument, schemaOf(value))
    return refTo(symbolAt(node.typeName))
  }

  function symbolAt(name) {
    const symbol = checker.getSymbolAtLocation(name)
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  }

  /** A record whose names are the words of a type, or any text. */
  function recordOf(key, value) {
    const { enum: names } = key.typeName
      ? schemaOf(symbolAt(key.typeName).declarations[0].type)
      : schemaOf(key)
    if (names === undefined) return { type: 'object', additionalProperties: value }
    const properties = Object.fromEntries(names.map((name) => [name, value]))
    return { type: 'object', properties, required: names }
  }

  /** The reference to a named type, whose component is made if it is not there yet. */
  function refTo(symbol) {
    const { name } = symbol
    if (components[name] === undefined) {
      // A type may hold itself.
      components[name] = {}
      components[name] = componentOf(symbol)
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  function componentOf(symbol) {
    const [declaration] = symbol.declarations
    const schema = ts.isTypeAliasDeclaration(declaration)
      ? schemaOf(declaration.type)
      : objectOf(checker.getDeclaredTypeOfSymbol(symbol))
    return { description: docOf(symbol, checker), ...schema }
  }

  function objectOf(type) {
    const fields = checker.getPropertiesOfType(type)
    const properties = Object.fromEntries(
      fields.map((field) => {
        const description = docOf(field, checker)
        const schema = fieldOf(field)
        return [field.name, description === '' ? schema : { description, ...schema }]
      }),
    )
    const required = fields
      .filter(({ flags }) => !(flags & ts.SymbolFlags.Optional))
      .map(({ name }) => name)
    return { type: 'object', properties, ...(required.length > 0 && { required }) }
  }

  /** Numbers count things, apart from milliseconds of the wall clock. */
  function fieldOf({ name, declarations: [declaration] }) {
    const schema = schemaOf(declaration.type)
    return schema.type === 'integer' && name.endsWith('Ms') ? { type: 'number' } : schema
  }

  /** The schema of the type of an expression: a named type, or a list of them. */
  function ofType(type) {
    if (checker.isArrayLikeType(type)) {
      return { type: 'array', items: ofType(checker.getTypeArguments(type)[0]) }
    }
    return type.flags & ts.TypeFlags.String ? { type: 'string' } : refTo(type.symbol)
  }

  return { components, ofNode: schemaOf, ofType }
}
