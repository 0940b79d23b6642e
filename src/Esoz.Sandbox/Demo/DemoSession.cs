using System.Text;
using Esoz.Platform.Database;

namespace Esoz.Sandbox.Demo;

/// <summary>Output of one start of a sandbox: credentials that are valid now, and examples that use them.</summary>
public sealed class DemoSession
{
    private readonly DemoCredentials _credentials;

    private DemoSession(DemoCredentials credentials, Guid role, Guid change, DemoOrders orders) =>
        (_credentials, Examples) = (credentials, DemoExamples.All(credentials, role, change, orders));

    public IReadOnlyList<DemoExample> Examples { get; }

    /// <summary>
    /// Prepares the demo registry and issues credentials. Call it only after the server has started: it revokes the credentials of the
    /// previous start, and a start that fails (for example because a running sandbox holds its port) must not revoke them.
    /// </summary>
    public static async Task<DemoSession> Open(Settings settings, PostgresDatabase database, CancellationToken ct)
    {
        var (role, change) = await DemoRenewal.Run(database, ct);
        return new(await DemoCredentials.Issue(database, ct), role, change, await DemoOrders.SignAll(settings, database, ct));
    }

    /// <summary>Credentials and one <c>curl</c> per example, in the order of the methods.</summary>
    public string Welcome(Uri server)
    {
        var text = new StringBuilder();
        text.AppendLine(
            $"Demo credentials of this start (valid for {DemoCredentials.Life.TotalHours:F0} h; the next start issues new ones):");
        text.AppendLine($"  token    clinic owner    {_credentials.ClinicOwner}");
        text.AppendLine($"  token    doctor          {_credentials.Doctor}");
        text.AppendLine($"  token    hospital owner  {_credentials.HospitalOwner}  (BROKER: together with the MIS key)");
        text.AppendLine($"  token    NHS             {_credentials.Nhs}");
        text.AppendLine($"  api-key  NHS             {_credentials.NhsKey}");
        text.AppendLine($"  api-key  MIS             {_credentials.MisKey}");
        text.AppendLine($"  api-key  PIS             {_credentials.PisKey}");
        foreach (var ofMethod in Examples.GroupBy(example => example.Card))
        {
            text.AppendLine().AppendLine($"{ofMethod.Key.Title} [{ofMethod.Key.Id}]");
            foreach (var example in ofMethod)
                text.AppendLine().AppendLine($"# {example.Status}: {example.Shows}").AppendLine(example.ToCurl(server));
        }
        return text.ToString();
    }
}
