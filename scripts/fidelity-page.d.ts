import type { Behaviour } from '../src/domain/behaviours.js'

export function fidelityPage(behaviours: Readonly<Record<string, Behaviour>>): string
