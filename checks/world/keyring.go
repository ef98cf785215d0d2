package world

import (
	"errors"
	"fmt"

	"github.com/zalando/go-keyring"
)

// keyringService is the name under which all entries of this program are kept, as in
// "secret-tool store --label=logindoctor service logindoctor username NAME".
const keyringService = "logindoctor"

// fromKeyring reads an entry of the system's store: Credential Manager, Keychain or Secret Service.
func fromKeyring(name string) (string, error) {
	value, err := keyring.Get(keyringService, name)
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return "", fmt.Errorf("the keyring holds no entry %q of the service %s for this user", name, keyringService)
	case err != nil:
		return "", fmt.Errorf("the keyring of this computer cannot be read: %w; a service or a session without a desktop has none: "+
			"use env:NAME, file:PATH or exec:PROGRAM ARGS", err)
	}
	return value, nil
}
