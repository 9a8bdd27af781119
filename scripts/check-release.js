import { readFileSync } from 'node:fs'

/*
 * Stops a release before anything is published. Takes the tag; reads package.json and CHANGELOG.md of the current folder,
 * and the repository's owner and name from the variable that GitHub Actions sets.
 */

const [tag] = process.argv.slice(2)
const { version, repository } = JSON.parse(readFileSync('package.json', 'utf8'))
const home = `github.com/${process.env.GITHUB_REPOSITORY}`

const changelog = readFileSync('CHANGELOG.md', 'utf8')
const [, entries = ''] = changelog.split(`\n## ${version}\n`)
const hasEntries = entries.split('\n## ')[0].trim() !== ''

const mistakes = []
if (!/^\d+\.\d+\.\d+$/.test(version))
  mistakes.push(`package.json has the version "${version}". Write three numbers, such as 1.2.3.`)
if (tag !== `v${version}`)
  mistakes.push(
    `The tag is "${tag}", and package.json has the version "${version}". Tag v${version}.`,
  )
if (!hasEntries)
  mistakes.push(`CHANGELOG.md has nothing under "## ${version}". Rename the heading "Unreleased".`)
if (!repository?.url?.includes(home))
  mistakes.push(
    `package.json has the repository "${repository?.url}", and npm accepts the provenance of ${home} alone. Set repository.url to "git+https://${home}.git".`,
  )

for (const mistake of mistakes) process.stderr.write(`${mistake}\n`)
process.exitCode = mistakes.length === 0 ? 0 : 1
