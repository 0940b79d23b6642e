using System.Text;
using Esoz.Platform.Database;
using Esoz.Portal;

namespace Esoz.Sandbox.Demo;

/// <summary>Output of one start of a sandbox: credentials that are valid now, and examples that use them.</summary>
public sealed class DemoSession
{
    private readonly DemoCredentials _credentials;
    private readonly DemoOrders _orders;

    private DemoSession(DemoCredentials credentials, Guid role, Guid change, DemoOrders orders, DemoSignIn signIn) =>
        (_credentials, _orders, Examples) = (credentials, orders, DemoExamples.All(credentials, role, change, orders, signIn));

    public IReadOnlyList<DemoExample> Examples { get; }

    /// <summary>The same for the developer portal of this process.</summary>
    /// <param name="now">When the credentials were issued.</param>
    public DemoAccess Access(DateTimeOffset now) => new(
        _credentials.Secrets, _credentials.Roles,
        [.. Examples.GroupBy(example => example.Card.Id).SelectMany(CallsOf)],
        DemoCredentials.Emails, now + DemoCredentials.Life)
    {
        Conclusion = new(
            [DemoExamples.Bearer(_credentials.Doctor)], DemoOrders.Signer, CompositionExamples.SickLeave, CompositionExamples.PathOf,
            DemoOrders.CancellationOf, _orders.Contain),
    };

    private static IEnumerable<DemoCall> CallsOf(IGrouping<string, DemoExample> method)
    {
        var refusals = 0;
        foreach (var example in method)
        {
            yield return new(method.Key, example.Shows, example.Status, example.Path, example.Headers, example.Body)
            {
                Rule = example.IsRefusal ? DemoRefusals.RuleOf(method.Key, refusals++) : null,
            };
        }
    }

    /// <summary>
    /// Prepares the demo registry and issues credentials. Call it only after the server has started: it revokes the credentials of the
    /// previous start, and a start that fails (for example because a running sandbox holds its port) must not revoke them.
    /// </summary>
    public static async Task<DemoSession> Open(Settings settings, PostgresDatabase database, CancellationToken ct)
    {
        var (role, change) = await DemoRenewal.Run(database, ct);
        var credentials = await DemoCredentials.Issue(database, ct);
        return new(credentials, role, change, await DemoOrders.SignAll(settings, database, ct),
            await DemoSignIn.Issue(settings, database, credentials.Password, ct));
    }

    /// <summary>
    /// Writes the credentials as a file for the shell to source, and the examples for <c>demo curls</c>; only the owner can read them.
    /// </summary>
    public async Task<DemoFiles> Write(string dataDirectory, Uri server, CancellationToken ct)
    {
        var files = new DemoFiles(dataDirectory);
        await files.Write(Variables, Examples.Select(example => DemoCurl.Of(example, server)), ct);
        return files;
    }

    /// <summary>Twelve lines with base URL, credentials and where to go next; the first one, with the base URL, is the caller's.</summary>
    /// <param name="signIn">Path of the page where a sign-in begins.</param>
    /// <param name="withExamples">Adds one <c>curl</c> per example, in the order of the methods.</param>
    public string Welcome(Uri server, string signIn, DemoFiles files, bool withExamples)
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
        text.AppendLine($"  password  demo users     {_credentials.Password}  ({string.Join(", ", DemoCredentials.Emails)})");
        text.AppendLine($"Sign in with a browser: {new Uri(server, signIn)}");
        if (withExamples)
            text.AppendLine().Append(DemoCurl.Text(Examples.Select(example => DemoCurl.Of(example, server)))).AppendLine();
        text.Append($"Next: source {files.Variables}; ./esoz demo curls [METHOD] prints a curl of every method.");
        return text.ToString();
    }

    private string Variables => string.Concat(_credentials.Secrets.Select(secret => $"export {secret.Variable}='{secret.Value}'\n"));
}
