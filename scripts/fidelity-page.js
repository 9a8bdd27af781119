const meanings = {
  documented: 'A page of the vendor’s documentation says so. It wins over everything else.',
  standard: 'An RFC or the Fetch standard says so.',
  published: 'The vendor’s open-source implementation behaves so, and no page says anything else.',
  decided: 'No source says anything: this emulator chose, and the real service may do otherwise.',
}

/** The text of docs/fidelity.md: the ledger as tables. */
export function fidelityPage(behaviours) {
  const parts = groupByPart(Object.entries(behaviours))
  const switches = Object.entries(behaviours).filter(([, row]) => row.switch)
  return `# Fidelity: the evidence for each behaviour

This page is for you if you have to decide how far to trust a green test. Each row is one thing that a client of the rostering API can observe, with the evidence for it and the test that shows it. A journal entry names the rows that its response rests on (\`behaviours\`), and the weakest evidence among them (\`basis\`).

| Basis | Meaning |
| --- | --- |
${Object.entries(meanings)
  .map(([basis, meaning]) => `| \`${basis}\` | ${meaning} |`)
  .join('\n')}

\`npm run generate\` makes this page from \`src/domain/behaviours.ts\`.
${[...parts].map(([part, rows]) => `\n## ${part}\n\n${table(rows)}`).join('\n')}

## Switches

Where two answers are plausible, a switch chooses. [A test can run under both](switches.md).

| Switch | Behaviour | Basis |
| --- | --- | --- |
${switches.map(([, row]) => `| \`${row.switch}\` | ${row.topic} | ${row.basis} |`).join('\n')}
`
}

function groupByPart(entries) {
  const parts = new Map()
  for (const entry of entries)
    parts.set(entry[1].part, [...(parts.get(entry[1].part) ?? []), entry])
  return parts
}

function table(rows) {
  const lines = rows.map(
    ([
      id,
      {
        topic,
        basis,
        source,
        test: [file, title],
      },
    ]) =>
      `| <a id="${id}"></a>\`${id}\` | ${topic} | ${basis} | ${source} | \`${file}\`: ${title} |`,
  )
  return [
    '| Id | Behaviour | Basis | Source | Test |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}
