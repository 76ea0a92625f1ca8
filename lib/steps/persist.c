/* SPDX-License-Identifier: MIT */
/* PERSIST and FORGET: one boot file gets its new text, and the link that enables it. */
#include <errno.h>

#include "error.h"
#include "steps/steps.h"

/* One edit: from what the survey saw to the new text. */
struct edit {
	const struct swapcfg_ctx *ctx;
	const struct scfg_boot_file *file;
	struct scfg_buf text;
	bool gone;   /* the file is ours alone, and nothing is left of it */
	bool idle;   /* it stays for what others wrote, and activates nothing */
	bool enable; /* its link is wanted */
};

static const char *new_text(const struct edit *edit)
{
	if (edit->gone)
		return NULL;
	return edit->text.data ? edit->text.data : "";
}

/* A link to what activates nothing would be a unit that cannot be loaded. */
static int find_idle(struct edit *edit)
{
	struct scfg_boot_lines lines;
	int r = edit->file->kind->text->scan(new_text(edit), edit->text.len, &lines);

	edit->idle = r == 0 && lines.count == 0;
	if (r == 0)
		scfg_boot_lines_free(&lines);
	return r;
}

static int make_edit(const struct scfg_txn *txn, const struct swapcfg_step *step, struct edit *ret)
{
	const struct scfg_survey *survey = txn->survey;
	const struct scfg_boot_file *file = &survey->boot.files[step->boot];
	const struct scfg_boot_text *ops = file->kind->text;
	const char *data = file->data ? file->data : "";
	int r;

	*ret = (struct edit){.ctx = txn->ctx, .file = file};
	if (step->kind == SWAPCFG_STEP_PERSIST)
		r = ops->persist(data, file->len, &txn->goal->want, &ret->text);
	else
		r = ops->forget(data, file->len, scfg_survey_path(survey), &ret->text);
	ret->enable = step->kind == SWAPCFG_STEP_PERSIST;
	ret->gone = file->kind->ours_alone && ret->text.len == 0;
	if (r == 0 && ret->text.failed)
		r = -ENOMEM;
	if (r == 0 && file->kind->wants && !ret->enable && !ret->gone)
		r = find_idle(ret);
	return r;
}

static const char *old_text(const struct edit *edit)
{
	return edit->file->exists ? edit->file->data : NULL;
}

/* The link comes after its file, and goes before it. */
static int do_edit(const struct edit *edit)
{
	int r = edit->gone || edit->idle ? scfg_boot_disable(edit->ctx, edit->file, false) : 0;

	if (r == 0)
		r = scfg_boot_replace(edit->ctx, edit->file, old_text(edit), edit->file->len,
				      new_text(edit), edit->text.len);
	if (r == 0 && edit->enable)
		r = scfg_boot_enable(edit->ctx, edit->file);
	return r;
}

/* 0 also where the new text is not there. */
static int put_back(const struct edit *edit)
{
	const struct scfg_boot_file *file = edit->file;
	int link = file->enabled ? 0 : scfg_boot_disable(edit->ctx, file, file->has_wants);
	int r = scfg_boot_replace(edit->ctx, file, new_text(edit), edit->text.len, old_text(edit),
				  file->len);

	/* Without its directory there is nothing to put back. */
	if (r == -ESTALE || r == -ENOENT)
		r = 0;
	if (r == 0 && (edit->gone || edit->idle) && file->enabled)
		link = scfg_boot_enable(edit->ctx, file);
	return r < 0 ? r : link;
}

int scfg_persist_run(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	struct edit edit;
	int back = 0;
	int r = make_edit(txn, step, &edit);

	if (r == 0) {
		r = do_edit(&edit);
		/* The new text may be there and the disk have failed behind it. */
		if (r < 0)
			back = put_back(&edit);
	}
	scfg_buf_free(&edit.text);
	if (r == -ESTALE)
		return scfg_fail(txn->reterr, 0, SWAPCFG_REASON_STALE_PLAN, step->path,
				 "%s was changed by somebody else meanwhile; make a new plan",
				 step->path);
	if (r < 0)
		r = scfg_txn_fail(txn, r, step, "cannot change the boot configuration");
	if (back < 0)
		scfg_txn_left(txn, step, "the boot configuration may have the new text");
	txn->entry_is_there = back < 0 && step->kind == SWAPCFG_STEP_PERSIST;
	return r;
}

int scfg_persist_undo(struct scfg_txn *txn, const struct swapcfg_step *step)
{
	struct edit edit;
	int r = make_edit(txn, step, &edit);

	if (r == 0)
		r = put_back(&edit);
	scfg_buf_free(&edit.text);
	return r;
}
