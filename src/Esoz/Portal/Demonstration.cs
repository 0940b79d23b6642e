using Esoz.Pages;
using System.Net;
using Esoz.Platform.Configuration;

namespace Esoz.Portal;

/// <summary>A secret of the demo registry.</summary>
/// <param name="Variable">Its name in <c>demo.env</c>.</param>
/// <param name="Use">What it opens.</param>
public sealed record DemoSecret(string Variable, Words Title, Words Use, string Value)
{
    public override string ToString() => Variable;
}

/// <summary>Somebody who calls the demo registry.</summary>
/// <param name="Id">For forms.</param>
public sealed record DemoRole(string Id, Words Title, IReadOnlyList<(string Name, string Value)> Headers)
{
    public override string ToString() => Id;
}

/// <summary>A prepared request to the demo registry.</summary>
/// <param name="MethodId">Method API ID.</param>
/// <param name="Shows">What happens, in a few words of English.</param>
/// <param name="Status">Of its answer, when it is the first to be sent.</param>
/// <param name="Path">Path and query.</param>
public sealed record DemoCall(
    string MethodId, string Shows, int Status, string Path, IReadOnlyList<(string Name, string Value)> Headers, string? Body)
{
    /// <summary>
    /// Number of the rule that answers a refusal, <c>platform</c> and a number, or <c>form</c>; null = a success, or not known.
    /// </summary>
    public string? Rule { get; init; }

    /// <summary>Whether this is the check that refuses it.</summary>
    public bool IsRefusedBy(Check check) => Rule is not null && check.Status == Status && check.Stage switch
    {
        CheckStage.Gateway => Rule == $"platform {check.Number}",
        CheckStage.Form => Rule == "form",
        CheckStage.Rule => Rule == check.Number,
        _ => false,
    };

    public override string ToString() => $"{MethodId} {Path}";
}

/// <summary>What the walk through a conclusion needs of the demo registry (docs/walkthrough-composition.md).</summary>
/// <param name="Headers">Credentials of the author.</param>
/// <param name="Signer">Name of the author, as in the certificate.</param>
/// <param name="Draft">Body of the request that creates the draft.</param>
/// <param name="PathOf">Path of a composition of the patient, by its id.</param>
/// <param name="Cancellation">What is signed to cancel a composition, by its id.</param>
/// <param name="Sign">Signs a text with the author's key of the test authority; returns the container.</param>
public sealed record DemoConclusion(
    IReadOnlyList<(string Name, string Value)> Headers, string Signer, string Draft, Func<string, string> PathOf,
    Func<string, string> Cancellation, Func<string, byte[]> Sign)
{
    public override string ToString() => "(demo conclusion)";
}

/// <summary>What a start of a sandbox has issued, for people on the same machine.</summary>
/// <param name="Until">When the secrets end.</param>
public sealed record DemoAccess(
    IReadOnlyList<DemoSecret> Secrets, IReadOnlyList<DemoRole> Roles, IReadOnlyList<DemoCall> Calls, IReadOnlyList<string> Emails,
    DateTimeOffset Until)
{
    /// <summary>Null when this sandbox signs nothing.</summary>
    public DemoConclusion? Conclusion { get; init; }

    /// <summary>The text with variables in place of secrets.</summary>
    /// <param name="before">What a variable begins with where the text is used, such as <c>$</c>.</param>
    /// <param name="after">What it ends with.</param>
    public string Masked(string text, string before = "$", string after = "") => Secrets.Aggregate(text, (masked, secret) =>
        masked.Replace(secret.Value, $"{before}{secret.Variable}{after}", StringComparison.Ordinal));

    public IEnumerable<DemoCall> CallsOf(MethodCard card) => Calls.Where(call => call.MethodId == card.Id);

    public override string ToString() => "(demo access)";
}

/// <summary>
/// The demo registry of this process, if it has one. Its secrets are stored as hashes only, so they are kept in memory by the process that
/// issued them; another process, or production, has none and the portal is read-only.
/// </summary>
public sealed class Demonstration(TimeProvider clock, PublicUrl publicUrl)
{
    private volatile DemoAccess? _access;

    public void Show(DemoAccess access) => _access = access;

    /// <summary>
    /// What the reader may see: all of it on the machine itself, nothing over the network. The host must be local as well: a page of
    /// another site whose name leads to this machine could read the answer otherwise.
    /// </summary>
    public DemoAccess? For(HttpContext context) =>
        _access is { } access && clock.GetUtcNow() < access.Until
        && context.Connection.RemoteIpAddress is { } reader && IPAddress.IsLoopback(reader)
        && IsLocal(context.Request.Host.Host) && IsLocal(new Uri(publicUrl.Base(context.Request)).Host)
            ? access : null;

    private static bool IsLocal(string host) => Listener.IsLocalHost(host.Trim('[', ']'));
}
