export * from './nkeys.ts'
export * from './people.ts'
export * from './permissions.ts'
export * from './render.ts'
