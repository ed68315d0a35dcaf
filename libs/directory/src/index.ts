export {
  type Directory,
  type DirectoryLog,
  type DirectoryObserver,
  type DirectoryOptions,
  openDirectory,
} from './directory.ts'
export { RegistryMissing, waitForStreams } from './wait-for-streams.ts'
