"""Transfers keep the account they were drafted with; those still on their way get today's."""

from django.db import migrations, models

from common.sealed import seal, unseal


def keep_accounts(apps, schema_editor):
    items = apps.get_model("settlement", "PayoutItem").objects
    open_items = items.filter(state__in=["waiting", "transit"], party__bank_account__isnull=False)
    for item in open_items.select_related("party__bank_account").iterator():
        known = item.party.bank_account
        number = unseal(known.number_sealed, place=f"payee-account:{item.party_id}")
        item.number_sealed = seal(number, place=f"payout-item:{item.batch_id}:{item.party_id}")
        item.holder, item.bank, item.last_digits = known.holder, known.bank, known.last_digits
        item.save(update_fields=["holder", "bank", "number_sealed", "last_digits"])


class Migration(migrations.Migration):
    dependencies = [("settlement", "0014_post_into_open_periods")]

    operations = [
        migrations.AddField(
            model_name="payoutitem",
            name="holder",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="payoutitem",
            name="bank",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="payoutitem",
            name="number_sealed",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="payoutitem",
            name="last_digits",
            field=models.CharField(blank=True, default="", max_length=4),
            preserve_default=False,
        ),
        migrations.RunPython(keep_accounts, migrations.RunPython.noop),
    ]
