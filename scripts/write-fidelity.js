import { writeFileSync } from 'node:fs'
import { behaviours } from '../dist/domain/behaviours.js'
import { fidelityPage } from './fidelity-page.js'

writeFileSync(new URL('../docs/fidelity.md', import.meta.url), fidelityPage(behaviours))
