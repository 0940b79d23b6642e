using System.Text;
using System.Text.Json;
using Esoz.Compositions;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Storage;
using Esoz.Sandbox.Signatures;

namespace Esoz.Sandbox.Demo;

/// <summary>
/// Orders about compositions that the demo registry's doctor has signed with a national key of the test authority, as a medical
/// information system would ask its user to sign them. They are stored in files, because a container is too long to paste.
/// </summary>
/// <param name="Sign">Signs <see cref="DemoIds.Composition"/>.</param>
/// <param name="Cancel">Cancels <see cref="DemoIds.SignedComposition"/>.</param>
/// <param name="Contain">Signs another text of the doctor; returns the container.</param>
public sealed record DemoOrders(DemoOrder Sign, DemoOrder Cancel, Func<string, byte[]> Contain)
{
    /// <summary>Name in the doctor's certificate.</summary>
    public const string Signer = "Ткачук Олена Іванівна";

    private const string DoctorKey = "demo-doctor.pem";

    public static async Task<DemoOrders> SignAll(Settings settings, PostgresDatabase database, CancellationToken ct)
    {
        var authority = new TestAuthority(settings.SignatureLab, settings.Signatures.TrustPath, TimeProvider.System);
        authority.Create();
        var key = Path.Combine(settings.SignatureLab, DoctorKey);
        if (!File.Exists(key))
            authority.Issue(
                LabAlgorithm.Dstu, Signer, await ReadTaxId(database, ct), null, isExpired: false, isRevoked: false, key);
        var folder = Directory.CreateDirectory(Path.Combine(settings.DataDirectory, "demo")).FullName;
        await KeepSigned();
        return new(
            await Write(JsonSerializer.Serialize(await ReadDraft(database, ct), McDialect.Json), "sign-composition.json"),
            await Write(CancellationOf($"{DemoIds.SignedComposition}"), "cancel-composition.json"),
            Contain);

        byte[] Contain(string content) => settings.Signatures.Enabled
            ? authority.Sign(Encoding.UTF8.GetBytes(content), key)
            : Encoding.UTF8.GetBytes(content);

        // The composition to cancel was never signed by anybody; what its row refers to is there all the same.
        async Task KeepSigned()
        {
            using var store = settings.Storage.Open(TimeProvider.System);
            using var content = new MemoryStream(Contain($"{DemoIds.SignedComposition}"));
            try
            {
                await store.Write(settings.Buckets.Compositions, ObjectKey.Plain($"{DemoIds.SignedComposition}/signed_content.p7s"), content, ct);
            }
            catch (StoreUnavailableException)
            {
                // The start has said so, and goes on without the store.
            }
        }

        async Task<DemoOrder> Write(string content, string name)
        {
            var order = new DemoOrder($$"""{"data":"{{Convert.ToBase64String(Contain(content))}}"}""", Path.Combine(folder, name));
            await File.WriteAllTextAsync(order.File, order.Body, ct);
            return order;
        }
    }

    private static Task<string> ReadTaxId(PostgresDatabase database, CancellationToken ct) =>
        database.Command("SELECT tax_id FROM parties WHERE id = $1", DemoIds.DoctorParty).ReadValue<string>(ct);

    private static async Task<Composition> ReadDraft(PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command(
            $"SELECT {CompositionRow.Columns} FROM compositions composition WHERE id = $1", DemoIds.Composition);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return CompositionRow.Read(row, 0);
    }

    /// <summary>What is signed to cancel a composition.</summary>
    public static string CancellationOf(string composition) => $$$"""
        {"identifier":{"type":{"coding":[{"system":"eHealth/resources","code":"composition"}]},"value":"{{{composition}}}"},
         "reason":{"coding":[{"system":"eHealth/COMPOSITION_CANCELLATION_REASONS_{{{CompositionType.Disability}}}","code":"INCORRECT_CATEGORY"}],"text":"Обрано хибну категорію"}}
        """;
}

/// <summary>A body and the file that contains it.</summary>
public sealed record DemoOrder(string Body, string File);
