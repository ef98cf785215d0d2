// Package config reads the settings file and knows where every value comes from.
package config

import (
	"logindoctor/checks"
)

// Settings are the keys of the settings file. An empty value means that nothing was said.
type Settings struct {
	Product     string        `yaml:"product"`
	Target      string        `yaml:"target"`
	Region      string        `yaml:"region"`
	Company     string        `yaml:"company"`
	User        string        `yaml:"user"`
	Portal      string        `yaml:"portal"`
	Pathways    []string      `yaml:"pathways"`
	Site        string        `yaml:"site"`
	Level       string        `yaml:"level"`
	Timeout     string        `yaml:"timeout"`
	StepTimeout string        `yaml:"step_timeout"`
	Proxy       string        `yaml:"proxy"`
	Browser     string        `yaml:"browser"`
	Resolvers   []string      `yaml:"resolvers"`
	ConnectTo   []string      `yaml:"connect_to"`
	CAFiles     []string      `yaml:"ca_files"`
	TimeServers []string      `yaml:"time_servers"`
	History     string        `yaml:"history"` // file of past runs, or none
	Keep        Keep          `yaml:"keep"`
	Credentials Credentials   `yaml:"credentials"`
	Machine     Machine       `yaml:"machine"`
	Expect      checks.Expect `yaml:"expect"`
	Limits      checks.Limits `yaml:"limits"`
	Plugins     []Plugin      `yaml:"plugins"`

	origins map[string]string // by path
}

// Keep says how long past runs are kept.
type Keep struct {
	OK     checks.Duration `yaml:"ok"`     // runs in which everything worked
	Failed checks.Duration `yaml:"failed"` // all others
}

// Credentials name where secrets are kept: env:NAME, file:PATH, keyring:NAME, exec:PROGRAM or
// prompt. They hold no secret.
type Credentials struct {
	API    APICredentials    `yaml:"api"`
	Staff  StaffCredentials  `yaml:"staff"`
	Portal PortalCredentials `yaml:"portal"`
	Proxy  ProxyCredentials  `yaml:"proxy"`

	Webhook WebhookCredentials `yaml:"webhook"`
}

// APICredentials are the keys of an API member. Version is no secret: the version of the models an integration asks for.
type APICredentials struct {
	PublicKey  string `yaml:"public_key"`
	PrivateKey string `yaml:"private_key"`
	ClientID   string `yaml:"client_id"`
	Version    string `yaml:"version"`
}

// StaffCredentials belong to the test account named by the key user.
type StaffCredentials struct {
	User     string `yaml:"user"` // name at the identity provider, if it is another than the key user
	Password string `yaml:"password"`
	TOTP     string `yaml:"totp"` // seed of one-time codes, base32 or an otpauth address
	Code     string `yaml:"code"` // or where a device shows the code of the moment
}

// PortalCredentials belong to a contact made for tests.
type PortalCredentials struct {
	User     string `yaml:"user"`
	Password string `yaml:"password"`
}

// ProxyCredentials are the login that a proxy asks for.
type ProxyCredentials struct {
	User     string `yaml:"user"`
	Password string `yaml:"password"`
}

// WebhookCredentials are the address that reports are posted to; such an address is a secret.
type WebhookCredentials struct {
	URL string `yaml:"url"`
}

// Machine says how to look at this computer.
type Machine struct {
	HostsFile      string   `yaml:"hosts_file"`
	RegistryFile   string   `yaml:"registry_file"`    // export of a Windows registry, read instead of this computer's
	BrowserProfile string   `yaml:"browser_profile"`  // folder of a person's browser; a copy of it is looked at
	BrowserCAFiles []string `yaml:"browser_ca_files"` // authorities that only browsers on this computer trust
}

// Plugin is an executable that is run as a check.
type Plugin struct {
	Name     string          `yaml:"name"`
	Command  []string        `yaml:"command"`
	Speaks   string          `yaml:"speaks"` // nagios or json
	On       []checks.Role   `yaml:"on"`
	Requires []string        `yaml:"requires"`
	Timeout  checks.Duration `yaml:"timeout"`
	Secrets  []string        `yaml:"secrets"` // names of the credentials that it may have
}

// Secrets returns the references of the credentials that are set, by the name under which a World knows them.
func (s *Settings) Secrets() map[string]string {
	all := map[string]string{}
	for name, reference := range s.references() {
		if reference != "" {
			all[name] = reference
		}
	}
	return all
}

func (s *Settings) references() map[string]string {
	c := s.Credentials
	return map[string]string{
		"api.public_key": c.API.PublicKey, "api.private_key": c.API.PrivateKey, "api.client_id": c.API.ClientID,
		"staff.user": c.Staff.User, "staff.password": c.Staff.Password, "staff.totp": c.Staff.TOTP, "staff.code": c.Staff.Code,
		"portal.user": c.Portal.User, "portal.password": c.Portal.Password,
		"proxy.user": c.Proxy.User, "proxy.password": c.Proxy.Password,
		"webhook.url": c.Webhook.URL,
	}
}
