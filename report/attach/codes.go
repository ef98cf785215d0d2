package attach

import (
	"embed"
	"errors"
	"fmt"
	"net/http"

	"logindoctor/checks"
	"logindoctor/report"
)

//go:embed README.md
var files embed.FS

// Manual explains the codes of this package.
func Manual() (*checks.Manual, error) { return checks.ReadManual(files) }

// The codes of a report that did not arrive. They say nothing about sign-in.
var (
	NoAttachRight = &checks.Code{ID: "LD7201", Impact: checks.Info, Owner: checks.OwnerPSAAdmin}
	NoSuchTicket  = &checks.Code{ID: "LD7202", Impact: checks.Info, Owner: checks.OwnerOperator}
	NoNoteRight   = &checks.Code{ID: "LD7203", Impact: checks.Info, Owner: checks.OwnerPSAAdmin}
	NotLetIn      = &checks.Code{ID: "LD7204", Impact: checks.Info, Owner: checks.OwnerPSAAdmin}
	Refused       = &checks.Code{ID: "LD7205", Impact: checks.Info, Owner: checks.OwnerOperator}
	TooBusy       = &checks.Code{ID: "LD7206", Impact: checks.Info, Owner: checks.OwnerOperator}
	MayHaveGone   = &checks.Code{ID: "LD7207", Impact: checks.Info, Owner: checks.OwnerOperator}
	NotReached    = &checks.Code{ID: "LD7208", Impact: checks.Info, Owner: checks.OwnerVendor}
)

// Codes are all codes of this package.
var Codes = []*checks.Code{NoAttachRight, NoSuchTicket, NoNoteRight, NotLetIn, Refused, TooBusy, MayHaveGone, NotReached}

// refusal says why the service does not take files that it may be given; else it is empty. Their form and size are not
// described anywhere, so the note goes alone then (ux.md 2.15).
func refusal(err error) string {
	var no *refusedError
	if !errors.As(err, &no) {
		return ""
	}
	switch no.status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
		return fmt.Sprintf("the service refused the files with status %d", no.status)
	}
	return ""
}

func (t *Ticket) noTicket(err error) error {
	var no *refusedError
	if errors.As(err, &no) && no.status == http.StatusNotFound {
		return &Error{Code: NoSuchTicket, Statement: fmt.Sprintf("Nothing was sent: ticket %d is not there.", t.ID), Seen: no.Error(),
			Next: "compare the number with the ticket's page; the API member sees only what its role lets it see"}
	}
	return t.common(err, "Nothing was sent")
}

func (t *Ticket) notAttached(err error, p *Parcel) error {
	var no *refusedError
	if errors.As(err, &no) && no.status == http.StatusForbidden {
		return &Error{Code: NoAttachRight, Statement: "The report was not attached: the API member may not add attachments.",
			Seen: fmt.Sprintf("403 for a new document on ticket %d; reading the ticket works", t.ID),
			Next: fmt.Sprintf("grant Add for Companies > Manage Attachments to the role of the API member; meanwhile drag %s into the ticket", p.Files[0].Name)}
	}
	return t.common(err, "The report was not attached")
}

func (t *Ticket) notWritten(err error) error {
	var no *refusedError
	if errors.As(err, &no) && no.status == http.StatusForbidden {
		return &Error{Code: NoNoteRight, Statement: "The note was not written: the API member may not add notes.",
			Seen: fmt.Sprintf("403 for a new note on ticket %d", t.ID), Next: "grant Add for Service Desk > Service Tickets to the role of the API member"}
	}
	return t.common(err, "The note was not written")
}

// common are the reasons that every call can have.
func (t *Ticket) common(err error, statement string) error {
	var no *refusedError
	var busy *busyError
	var unknown *unknownError
	var lost *lostError
	const again = "run the same command again: it looks first and sends nothing twice"
	switch {
	case errors.As(err, &unknown):
		return &Error{Code: MayHaveGone, Statement: statement + " for certain: the answer was lost.", Seen: short(err.Error()),
			Because: "the service may still be writing it", Next: "look at the ticket, then " + again}
	case errors.As(err, &busy):
		return &Error{Code: TooBusy, Statement: statement + ": the service asks to wait.", Seen: busy.Error(),
			Next: fmt.Sprintf("wait %s, then %s", checks.Human(busy.wait), again)}
	case errors.As(err, &no) && no.status == http.StatusUnauthorized, errors.As(err, &no) && no.status == http.StatusForbidden:
		return &Error{Code: NotLetIn, Statement: statement + ": the API does not let the key in.", Seen: short(no.Error()),
			Next: "logindoctor run --pathway api    says why"}
	case errors.As(err, &no):
		return &Error{Code: Refused, Statement: statement + ": the service refused it.", Seen: short(no.Error()),
			Next: "keep the parcel in a folder and carry it by hand:  logindoctor attach REPORT --folder DIR"}
	case errors.As(err, &lost):
		return &Error{Code: NotReached, Statement: statement + ": the service does not answer as it should.", Seen: short(report.Visible(err.Error())),
			Next: "logindoctor run --pathway api    says why; then " + again}
	}
	return err
}
