/**
 * The SDK of the Model Context Protocol validates what a user enters at the request of a server. No tool asks a user for
 * anything, so the validator, half of the bytes of the SDK, stays out of the bundle.
 */
export const withoutAjv = {
  name: 'without-ajv',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/ }, () => ({
      contents: 'export class AjvJsonSchemaValidator {}',
    }))
  },
}
