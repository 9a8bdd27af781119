import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** Returns the findings of axe-core after all transitions have ended. */
export async function findingsOf(page: Page): Promise<string[]> {
  await page.evaluate('Promise.allSettled(document.getAnimations().map((it) => it.finished))')
  await page.evaluate(axe)
  const { violations } = (await page.evaluate('axe.run()')) as { violations: Finding[] }
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  )
}
