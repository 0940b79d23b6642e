using System.Net;
using Esoz.OperatorConsole;
using Esoz.Sandbox.Signatures;
using Esoz.Tests.Platform.Signatures.Certificates;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Importing certificates and revocation lists on the screen.</summary>
public sealed class TrustImportScreenTests(Registry registry) : IClassFixture<Registry>
{
    private const string Form = TrustView.Path + "/import";

    [Fact(DisplayName = "A bundle is taken, new anchors only when asked for; bars show the terms, and the audit log has the user and the entries")]
    public async Task Import()
    {
        var (bundle, fingerprint) = Bundle();
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        var token = (await browser.Get(TrustView.Path)).FormToken;

        Assert.Equal($"{TrustView.Path}?done=1", (await browser.PostFile(Form, "bundle.p7b", bundle, null, ("form_token", token))).Location);
        Assert.Matches(@"Not taken:\s+a self-signed authority", (await browser.Get(TrustView.Path + "?lang=en")).Text);
        Assert.Equal(ConsoleActionEndState.Findings, (await Last()).EndState);

        await browser.PostFile(Form, "bundle.p7b", bundle, null, ("form_token", token), (TrustView.WithAnchors, "yes"));
        var action = await Last();
        Assert.Equal(ConsoleActionEndState.Good, action.EndState);
        Assert.Equal((2, 2), (action.ReportAs<TrustImportReport>()!.Entries, action.ReportAs<TrustImportReport>()!.Taken));
        registry.Clock.Age(TimeSpan.FromSeconds(6));
        var page = await browser.Get(TrustView.Path + "?lang=uk");
        Assert.Contains("Корінь", page.Text, StringComparison.Ordinal);
        Assert.Contains(fingerprint, page.Text, StringComparison.Ordinal);
        Assert.Contains("лишилося", page.Text, StringComparison.Ordinal);
        Assert.Contains("<rect class=\"bar-left\"", page.Html, StringComparison.Ordinal);
        Assert.Equal(2L, await registry.Scalar<long>(
            "SELECT count(*) FROM audit_log WHERE resource = 'console_actions' AND resource_id = $1 AND actor_id = $2",
            action.Id.ToString(), user.User.ToString()));
    }

    [Fact(DisplayName = "What is no bundle or too large changes nothing")]
    public async Task Wrong()
    {
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct)).SignIn(registry);
        var token = (await browser.Get(TrustView.Path)).FormToken;

        Assert.Contains("Файл завеликий",
            (await browser.PostFile(Form, "a", new byte[TrustView.MaxBytes + 1], null, ("form_token", token))).Text, StringComparison.Ordinal);
        await browser.PostFile(Form, "a", "not a certificate"u8.ToArray(), null, ("form_token", token));
        Assert.Equal(ConsoleActionEndState.Findings, (await Last()).EndState);
        Assert.Contains("не взято: 1", (await browser.Get(TrustView.Path)).Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without the role, the token of the form or the password nothing is imported")]
    public async Task Closed()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        using var reader = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        var (token, foreign) = ((await browser.Get("/console")).FormToken, (await reader.Get("/console")).FormToken);
        await registry.Execute("UPDATE console_sessions SET confirmed_at = now() - interval '6 minutes' WHERE user_id = $1", user.User);
        var content = "x"u8.ToArray();

        Assert.DoesNotContain("/import", (await reader.Get(TrustView.Path)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostFile(Form, "a", content, null, ("form_token", foreign))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostFile(Form, "a", content, null, ("form_token", foreign))).Status);
        var refused = await browser.PostFile(Form, "a", content, null, ("form_token", token));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Уведіть пароль", refused.Text, StringComparison.Ordinal);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM console_actions WHERE user_id = $1", user.User));
    }

    /// <summary>A new root with its revocation list, and the SHA-256 of the root.</summary>
    internal static (byte[] File, string Fingerprint) Bundle()
    {
        var (key, now) = (SigningKey.Create(LabAlgorithm.Ecdsa), DateTimeOffset.UtcNow);
        using var root = CertificateIssuer.SelfSigned(key, new()
        {
            Kind = CertificateKind.Authority,
            CommonName = "Корінь",
            SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
            NotBefore = now.AddYears(-1),
            NotAfter = now.AddYears(5),
        });
        var list = CertificateIssuer.Of(root).IssueList([], now.AddHours(-1), now.AddDays(1));
        return (TrustFileTests.Bundle([root.Certificate.Encoded.ToArray()], [list]), root.Certificate.Fingerprint);
    }

    private async Task<ConsoleAction> Last() => (await new ConsoleActionTable(registry.Database)
        .Last(ConsoleActionKind.TrustImport, TestContext.Current.CancellationToken))!;
}

/// <summary>Where the server may not write the directory.</summary>
public sealed class ReadOnlyTrustTests(ReadOnlyTrustTests.ReadOnly registry) : IClassFixture<ReadOnlyTrustTests.ReadOnly>
{
    [Fact(DisplayName = "Where the server may not write the directory, the screen says so and who imports then, and there is no form")]
    public async Task Said()
    {
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct)).SignIn(registry);

        var page = await browser.Get(TrustView.Path);

        Assert.Contains("Сервер не може писати в цю теку", page.Text, StringComparison.Ordinal);
        Assert.Contains("esoz trust import FILE", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/import\"", page.Html, StringComparison.Ordinal);
        var refused = await browser.PostFile(TrustView.Path + "/import", "a", "x"u8.ToArray(), null, ("form_token", page.FormToken));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    /// <summary>Nobody makes directories in /proc.</summary>
    public sealed class ReadOnly(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["SIGNATURE_TRUST_DIR"] = "/proc/esoz-trust" };
    }
}
