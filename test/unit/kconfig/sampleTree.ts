import type { ConfigValues } from "../../../src/core/kconfig/option.ts";
import { readKconfig } from "../../../src/core/kconfig/readKconfig.ts";
import type { KconfigSymbols } from "../../../src/core/kconfig/symbol.ts";

/** A small source with every construct that real ones have. */
const files: Readonly<Record<string, string>> = {
  Kconfig: `mainmenu "Sample" # a comment
source "arch/$(SRCARCH)/Kconfig"
source "net/Kconfig"
source "no/such/file"

config EXPERT
	bool "For experts"
	help
	  config NOT_AN_OPTION
	  is only a word here.

	  depends on EXPERT

config PRINTK
	default y
	bool "Messages" if EXPERT

config BUFFER
	int "Size of the buffer"
	range 12 25
	default 17

config START
	hex "Address"
	default 0x1000000

config NAME
	string "Name"

choice
	prompt "Compression"
	default BY_GZIP
config BY_GZIP
	bool "gzip"
config BY_XZ
	bool "xz"
endchoice
`,
  "arch/x86/Kconfig": `config 64BIT
	def_bool y
config PCI
	bool "PCI" \\
	  if !64BIT || EXPERT
`,
  "net/Kconfig": `menuconfig NET
	bool "Networking"
	select CRC
if NET
menu "Protocols"
	depends on PCI || \\
		VIRT
	visible if EXPERT
config INET
	bool "TCP/IP"
	depends on PRINTK=y && !SLOW
endmenu
config FILTER
	tristate "Filter"
	depends on m || CRC
endif
config CRC
	tristate
config SLOW
	bool 'Slow'
config VIRT
	tristate "Virtual"
`,
};

export const sample: KconfigSymbols = readKconfig({
  main: "Kconfig",
  variables: { SRCARCH: "x86" },
  read: path => files[path],
});

/** Values as a .config has them; names without prefix. */
export function values(given: Readonly<Record<string, string>>): ConfigValues {
  return new Map(Object.entries(given).map(([name, value]) => [`CONFIG_${name}`, value]));
}
