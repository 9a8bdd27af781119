import { defineConfig } from '@playwright/test'

// The runner alone: these tests need no browser.
export default defineConfig({
  testDir: '.',
  testMatch: '*.test.js',
  fullyParallel: true,
  workers: 2,
})
