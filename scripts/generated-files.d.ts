/** The files that are generated from the code, by their paths, each with its text. */
export function generatedFiles(): Promise<Record<string, string>>
