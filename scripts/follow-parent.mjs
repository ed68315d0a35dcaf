// Preloaded into the process that the set-up starts: when the set-up is killed, this process is told to end.
if (process.env.KEZ_FOLLOW_PARENT && process.channel) {
  delete process.env.KEZ_FOLLOW_PARENT
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
