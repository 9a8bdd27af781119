/** A page of docs/ with the texts in the parts that it marks: `<!-- name -->` begins one, `<!-- /name -->` ends it. */
export function withParts(page: string, texts: Readonly<Record<string, string>>): string
