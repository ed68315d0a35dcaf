export { freePort } from '@kez-chat/embedded'
export { startTestNats, type TestNats, type TestNatsOptions } from './nats.ts'
export { startTestPostgres, type TestPostgres } from './postgres.ts'
