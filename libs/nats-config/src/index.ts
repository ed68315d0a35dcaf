export * from './nkeys.ts'
export * from './permissions.ts'
export * from './render.ts'
