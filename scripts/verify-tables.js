/** The checks of `verify` as a table of docs/verify.md. */
export function checkTable(checks) {
  const rows = Object.entries(checks).map(
    ([id, { basis, title, request }]) => `| \`${id}\` | ${basis} | ${title} | ${request} |`,
  )
  return ['| Check | Basis | | Request |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** The requests of `verify` as a table of docs/verify.md. */
export function requestTable(requests, shownPath) {
  const rows = Object.entries(requests).map(
    ([id, spec]) => `| ${id} | \`${spec.method} ${shownPath(spec)}\` | ${spec.note} |`,
  )
  return ['| Request | | |', '| --- | --- | --- |', ...rows].join('\n')
}
