export const update = {
  title: 'New version',
  there: 'A new version is there.',
  update: 'Update',
  later: 'Not now',
  unsaved: 'A new version is there. Something on this page is not stored yet: finish it first.',
}
