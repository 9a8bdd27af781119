/** The JSON Schema of a fixture file. */
export function scenarioJsonSchema(): Record<string, unknown>
