import type { Plugin } from 'esbuild'
export const withoutAjv: Plugin
