/** The extended attributes that Linux keeps on a disk begin so. */
export const xattrSpaces = [
  "user.",
  "trusted.",
  "security.",
  "system.posix_acl_access",
  "system.posix_acl_default",
] as const;
