/* SPDX-License-Identifier: MIT */
/* PERSIST and FORGET: one boot file gets its new text. */
#include <errno.h>

#include "error.h"
#include "steps/steps.h"

static int make_text(const struct scfg_txn *txn, const struct swapcfg_step *step,
		     struct scfg_buf *text)
{
	const struct scfg_boot_file *file = &txn->survey->boot.files[step->boot];
	const struct scfg_boot_text *ops = file->kind->text;
	const char *data = file->data ? file->data : "";
	int r;

	if (step->kind == SWAPCFG_STEP_PERSIST)
		r = ops->persist(data, file->len, &txn->goal->want, text);
	else
		r = ops->forget(data, file->len,
				txn->survey->place.path ? txn->survey->place.path
							: txn->survey->spec->path,
				text);
	return r == 0 && text->failed ? -ENOMEM : r;
}

static const char *text_or_empty(const struct scfg_buf *text)
{
	return text->data ? text->data : "";
}

/* 0 also where the new text is not there. */
static int put_back(const struct scfg_txn *txn, const struct swapcfg_step *step,
		    const struct scfg_buf *text)
{
	const struct scfg_boot_file *file = &txn->survey->boot.files[step->boot];
	int r = scfg_boot_replace(txn->ctx, step->path, text_or_empty(text), text->len,
				  file->exists ? file->data : NULL, file->len);

	return r == -ESTALE ? 0 : r;
}

int scfg_persist_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	const struct scfg_boot_file *file = &txn->survey->boot.files[step->boot];
	struct scfg_buf text = {0};
	int back = 0;
	int r = make_text(txn, step, &text);

	if (r == 0) {
		r = scfg_boot_replace(txn->ctx, step->path, file->exists ? file->data : NULL,
				      file->len, text_or_empty(&text), text.len);
		/* The new text may be there and the disk have failed behind it. */
		if (r < 0 && r != -ESTALE)
			back = put_back(txn, step, &text);
	}
	scfg_buf_free(&text);
	if (r == -ESTALE)
		return scfg_fail(txn->reterr, 0, SWAPCFG_REASON_STALE_PLAN, step->path,
				 "%s was changed by somebody else meanwhile; make a new plan",
				 step->path);
	if (r < 0)
		r = scfg_txn_fail(txn, r, step, "cannot change the boot configuration");
	if (back < 0)
		scfg_txn_left(txn, step, "the boot configuration may have the new text");
	return r;
}

int scfg_persist_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	struct scfg_buf text = {0};
	int r = make_text(txn, step, &text);

	if (r == 0)
		r = put_back(txn, step, &text);
	scfg_buf_free(&text);
	return r;
}
