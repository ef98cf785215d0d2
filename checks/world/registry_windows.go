package world

import (
	"golang.org/x/sys/windows/registry"
)

// systemRegistry reads the keys that logindoctor understands.
func systemRegistry() registryDump {
	var all registryDump
	for name, root := range map[string]registry.Key{"HKEY_LOCAL_MACHINE": registry.LOCAL_MACHINE, "HKEY_CURRENT_USER": registry.CURRENT_USER} {
		for under := range policyKeys {
			all = append(all, readKey(root, name, `SOFTWARE\Policies\`+under)...)
		}
		for _, software := range []string{`SOFTWARE\`, `SOFTWARE\WOW6432Node\`} {
			all = append(all, readKey(root, name, software+webView)...)
			all = append(all, readKey(root, name, software+`Microsoft\Windows\CurrentVersion\Uninstall`)...)
		}
		all = append(all, readKey(root, name, internetSettings)...)
		all = append(all, readKey(root, name, `SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\Internet Settings`)...)
	}
	return all
}

// readKey reads a key and those below it. What may not be read is left out.
func readKey(root registry.Key, hive, path string) registryDump {
	k, err := registry.OpenKey(root, path, registry.READ)
	if err != nil {
		return nil
	}
	defer k.Close()
	var all registryDump
	names, _ := k.ReadValueNames(-1)
	for _, name := range names {
		if v := readValue(k, name); v != nil {
			all = append(all, registryValue{hive + `\` + path, name, v})
		}
	}
	below, _ := k.ReadSubKeyNames(-1)
	for _, name := range below {
		all = append(all, readKey(root, hive, path+`\`+name)...)
	}
	return all
}

func readValue(k registry.Key, name string) any {
	_, kind, err := k.GetValue(name, nil)
	if err != nil {
		return nil
	}
	switch kind {
	case registry.SZ, registry.EXPAND_SZ:
		s, _, _ := k.GetStringValue(name)
		return s
	case registry.DWORD:
		n, _, _ := k.GetIntegerValue(name)
		return uint32(n)
	case registry.BINARY:
		b, _, _ := k.GetBinaryValue(name)
		return b
	}
	return nil
}
