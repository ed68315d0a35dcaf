export { launchBrowser } from './browser.ts'
export { BrowserUnavailable, ensureBrowser, findBrowser } from './browser-install.ts'
export { startTestNats, type TestNats, type TestNatsOptions } from './nats.ts'
export { startTestPostgres, type TestPostgres } from './postgres.ts'
