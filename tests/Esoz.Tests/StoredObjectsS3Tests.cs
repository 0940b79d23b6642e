namespace Esoz.Tests;

/// <summary>On a real S3 server.</summary>
public sealed class StoredObjectsS3Tests(S3StoringRegistry registry) : StoredObjectsContract(registry), IClassFixture<S3StoringRegistry>
{
    [Fact(DisplayName = "A file that somebody may have replaced through a link since its digest was recorded is not called wrong")]
    public async Task ReplacedThroughLink()
    {
        var contract = await Registry.Given.Contract(await Registry.Given.LegalEntity());
        await Overwrite(Registry.Settings.Buckets.AmbulatoryContracts, FileOf(contract), "through a link");
        await Registry.Execute("""
            UPDATE contracts SET signed_content_location = 'ambulatory_contracts-dev/' || id || '/Договір 🐉.p7s' WHERE id = $1
            """, contract);
        await Registry.Execute("""
            INSERT INTO media_uploads (id, bucket, resource_id, name_digest, size, content_digest, request_id, inserted_at)
            VALUES (gen_random_uuid(), 'ambulatory_contracts-dev', $1, encode(sha256(convert_to('Договір 🐉.p7s', 'UTF8')), 'hex'), 5,
                    repeat('0', 64), 'request', now() - interval '1 hour')
            """, contract);

        Assert.DoesNotContain(Found(await Run("--deep")), it => it.Key.StartsWith($"{contract}", StringComparison.Ordinal));
    }
}
