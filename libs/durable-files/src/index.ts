export { createFile, makeFile, replaceFile, syncFolder } from './durable-files.ts'
