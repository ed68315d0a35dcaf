import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Call, Options } from '../command.ts'
import { CliError, EXIT } from '../errors.ts'
import { dataFolderOf } from './data-folder.ts'

export const secretOption: Options = {
  'secret-file': {
    value: 'path',
    about: "file with the operator's secret; KEZ_OPERATOR_SECRET_FILE, or that of npm start when left out",
  },
}

/** What opens the operator's routes of internal listeners. @throws CliError `no_secret` */
export const readOperatorSecret = async (call: Call): Promise<string> => {
  const { option, session } = call
  const path =
    option('secret-file') ?? session.env.KEZ_OPERATOR_SECRET_FILE ?? join(dataFolderOf(call), 'keys', 'operator.secret')
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliError(EXIT.files, 'no_secret', `the operator's secret cannot be read from ${path}`, {
      cause,
      hint: 'Name the file that the registry has as KEZ_OPERATOR_SECRET_FILE with --secret-file.',
    })
  })
  // While it is being changed there are two, and both are known.
  return text.trim().split('\n')[0]?.trim() ?? ''
}
