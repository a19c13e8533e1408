interface KnownPanic {
  readonly seen: RegExp;
  readonly advice: string;
}

// The first that fits: causes before what follows from them.
const known: readonly KnownPanic[] = [
  {
    seen: /IO-APIC \+ timer doesn't work/,
    advice:
      "This computer was too busy for the kernel's test of its timer, which a machine in software emulation then fails. Boot again when it has less to do, or put no_timer_check on the kernel's command line, as Linux itself does under KVM.",
  },
  {
    seen: /compression method \S+ not configured|invalid magic at start of compressed archive/,
    advice:
      "The kernel cannot unpack this initramfs: choose another `compress` for the output, or a kernel built with that method (CONFIG_RD_…).",
  },
  {
    seen: /Initramfs unpacking failed: (?:write error|.*no cpio magic)|Out of memory|System is deadlocked on memory|page allocation failure|not enough memory/i,
    advice: "The machine has too little memory for this image: raise `boot.memory`.",
  },
  {
    seen: /Requested init .* failed|No working init found|No init found|No such init/i,
    advice:
      "The kernel found no program to start: the image needs an executable /sbin/init (in an initramfs: /init), with its interpreter and libraries, for the kernel's own architecture.",
  },
  {
    seen: /Unable to mount root fs|Cannot open root device|VFS: Cannot open/i,
    advice:
      "The kernel did not find its root file system: it needs a driver for virtio disks and for the file system, built in or in an initramfs, and a right `root=` word. An initramfs that is meant to be the whole system needs an executable /init, and memory for more than twice its unpacked size: what does not fit is not there (raise `boot.memory`).",
  },
  {
    seen: /Attempted to kill init! exitcode=0x0000000[49b]|Attempted to kill init! exitcode=0x0000008/,
    advice: "The first program of the image (init) crashed. Look at what it said last, above.",
  },
  {
    seen: /Attempted to kill init!/,
    advice: "The first program of the image (init) ended. It has to run for as long as the machine does.",
  },
];

/**
 * What to do about a kernel panic.
 * @param tail the console's last lines, the panic among them
 */
export function panicAdvice(tail: string): string {
  const fits = known.find(({ seen }) => seen.test(tail));
  return (
    fits?.advice ?? "The console's last lines say what the kernel was doing; the log file has all of them."
  );
}
