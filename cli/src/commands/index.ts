import type { Command } from '../command.ts'
import { adminBackup } from './admin/backup.ts'
import { adminDatabase } from './admin/database.ts'
import { adminDeadLetters } from './admin/dead-letters.ts'
import { adminDoctor } from './admin/doctor.ts'
import { adminInvite } from './admin/invite.ts'
import { adminKeys } from './admin/keys.ts'
import { adminProjection } from './admin/projection.ts'
import { adminRestore } from './admin/restore.ts'
import { adminStreams } from './admin/streams.ts'
import { adminUser } from './admin/user.ts'
import { claimCreate } from './claim/create.ts'
import { claimDns } from './claim/dns.ts'
import { createCompletion } from './completion.ts'
import { exportInspect } from './export/inspect.ts'
import { exportOpen } from './export/open.ts'
import { createHelp } from './help.ts'
import { identityFromMnemonic } from './identity/from-mnemonic.ts'
import { identityMnemonic } from './identity/mnemonic.ts'
import { identityNew } from './identity/new.ts'
import { identityShow } from './identity/show.ts'
import { inviteCreate } from './invite/create.ts'
import { inviteList } from './invite/list.ts'
import { inviteRevoke } from './invite/revoke.ts'
import { lookup } from './lookup.ts'
import { register } from './register.ts'
import { sigchainAdd } from './sigchain/add.ts'
import { sigchainExport } from './sigchain/export.ts'
import { sigchainPublish } from './sigchain/publish.ts'
import { sigchainRevoke } from './sigchain/revoke.ts'
import { sigchainRotate } from './sigchain/rotate.ts'
import { sigchainShow } from './sigchain/show.ts'
import { verifyFile } from './verify/file.ts'
import { verifyId } from './verify/id.ts'
import { verifyWeb } from './verify/web.ts'

/** Every command, in the order in which help lists them. */
export const createCommands = (): readonly Command[] => {
  const commands: Command[] = [
    identityNew,
    identityMnemonic,
    identityFromMnemonic,
    identityShow,
    claimCreate,
    claimDns,
    verifyFile,
    verifyId,
    verifyWeb,
    sigchainAdd,
    sigchainRevoke,
    sigchainRotate,
    sigchainShow,
    sigchainExport,
    sigchainPublish,
    register,
    lookup,
    inviteCreate,
    inviteList,
    inviteRevoke,
    exportInspect,
    exportOpen,
    adminBackup,
    adminRestore,
    adminDoctor,
    adminInvite,
    adminKeys,
    adminStreams,
    adminDatabase,
    adminProjection,
    adminDeadLetters,
    adminUser,
  ]
  commands.push(createCompletion(commands), createHelp(commands))
  return commands
}
