export const rules = 'what only the registry may know'
