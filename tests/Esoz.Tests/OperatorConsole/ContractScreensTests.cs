using System.Net;
using Esoz.OperatorConsole;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Contracts on the screen: finding one, its file, and its history.</summary>
public sealed class ContractScreensTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The list is filtered by number, ЄДРПОУ, name, status and period, in both languages, page by page")]
    public async Task Listed()
    {
        var provider = await registry.Given.LegalEntity();
        var edrpou = await registry.Scalar<string>("SELECT edrpou FROM legal_entities WHERE id = $1", provider);
        var number = $"N-{Guid.NewGuid()}";
        await registry.Given.Contract(provider, number: number);
        var ended = $"T-{Guid.NewGuid()}";
        await registry.Given.Contract(provider, status: "TERMINATED", number: ended);
        await registry.Given.Contract(provider, type: "CAPITATION", number: $"C-{Guid.NewGuid()}");
        using var browser = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);

        Assert.Equal([number, ended], await Numbers($"edrpou={edrpou}"));
        Assert.Equal([number], await Numbers($"edrpou={edrpou}&status=VERIFIED"));
        Assert.Equal([number], await Numbers($"number={number}"));
        Assert.Equal([number, ended], await Numbers($"edrpou={edrpou}&name=поліКЛІНІ&from=2026-12-31"));
        Assert.Empty(await Numbers($"edrpou={edrpou}&from=2027-01-01"));
        Assert.Empty(await Numbers($"edrpou={edrpou}&until=2025-12-31"));
        Assert.Empty(await Numbers($"edrpou={edrpou}&page=2"));
        Assert.Contains("КНП «Поліклініка»", (await browser.Get($"{ContractList.Path}?number={number}")).Text, StringComparison.Ordinal);
        Assert.Contains("In force", (await browser.Get($"{ContractList.Path}?number={number}&lang=en")).Text, StringComparison.Ordinal);
        Assert.Contains($"number={number}&amp;lang=uk", browser.Page.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(ContractList.Path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(ContractList.CsvPath)).Status);

        // Those of the two that the page has.
        async Task<List<string>> Numbers(string query)
        {
            var text = (await browser.Get($"{ContractList.Path}?{query}")).Text;
            return [.. new[] { number, ended }.Where(it => text.Contains($" {it} ", StringComparison.Ordinal))];
        }
    }

    [Fact(DisplayName = "The CSV has the rows of the filter; a cell that a spreadsheet would compute begins with an apostrophe")]
    public async Task Csv()
    {
        var provider = await registry.Given.LegalEntity();
        await registry.Execute("UPDATE legal_entities SET name = $2 WHERE id = $1", provider, "=HYPERLINK(\"http://evil.example\")");
        var number = $"@{Guid.NewGuid()}";
        var contract = await registry.Given.Contract(provider, number: number);
        var user = await Operator.Make(registry, ConsoleRole.ContractsRead);
        using var browser = await user.SignIn(registry);

        var answer = await browser.Get($"{ContractList.CsvPath}?number={Uri.EscapeDataString(number)}");

        Assert.Equal("text/csv; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        var lines = answer.Html.TrimStart('\uFEFF').Split("\r\n");
        Assert.StartsWith("\"id\",\"contract_number\"", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"\"{contract}\",\"'{number}\",\"'=HYPERLINK(\"\"http://evil.example\"\")\",", lines[1], StringComparison.Ordinal);
        Assert.Equal("", Assert.Single(lines[2..]));
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-contracts-csv'", user.User) == 1);
    }

    [Fact(DisplayName = "A contract shows terms, divisions and employees, and the journal has whose names were seen")]
    public async Task Whole()
    {
        var provider = await registry.Given.LegalEntity();
        var contract = await registry.Given.Contract(provider, number: "7/2026");
        await registry.Given.ContractDivision(contract, await registry.Given.Division(provider, name: "Амбулаторія № 7"));
        var party = await registry.Given.Party();
        await registry.Given.ContractEmployee(contract, await registry.Given.Employee(provider, party));
        var user = await Operator.Make(registry, ConsoleRole.ContractsRead);
        using var browser = await user.SignIn(registry);

        var page = await browser.Get(ContractView.AddressOf(contract));

        Assert.Equal("Договір 7/2026", page.Heading);
        Assert.Contains("Амбулаторія № 7", page.Text, StringComparison.Ordinal);
        Assert.Contains("Ткачук Олена", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("type=\"file\"", page.Html, StringComparison.Ordinal);
        await Eventually.Holds(async () => await registry.Scalar<long>("""
            SELECT count(*) FROM access_journal
             WHERE user_id = $1 AND method_id = 'console-contract' AND object_ids @> ARRAY[$2::uuid, $3::uuid]
            """, user.User, contract, party) == 1);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(ContractView.AddressOf(Guid.NewGuid()))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(ContractList.Path + "/x")).Status);
    }

    [Fact(DisplayName = "An uploaded file is the contract's, in the API as well; the audit log has who did it, the screen who, when, old → new")]
    public async Task Upload()
    {
        var contract = await registry.Given.Contract(await registry.Given.LegalEntity());
        var user = await Operator.Make(registry, ConsoleRole.ContractsRead, ConsoleRole.ContractsWrite);
        using var browser = await user.SignIn(registry);
        var path = ContractView.AddressOf(contract);
        var token = (await browser.Get(path)).FormToken;

        var answer = await browser.PostFile(path + "/file", "договір.p7s", "перша"u8.ToArray(), "null", ("form_token", token));
        Assert.Equal($"{path}?done=1", answer.Location);
        await browser.PostFile(path + "/file", "договір.p7s", "друга редакція"u8.ToArray(), registry.Url.ToString().TrimEnd('/'), ("form_token", token));

        var location = $"{registry.Settings.Buckets.AmbulatoryContracts.Logical}/{contract}/договір.p7s";
        var nhs = await registry.Given.Nhs();
        var seen = (await registry.Send("GET", $"/api/admin/contracts/{contract}", nhs)).Succeeded();
        Assert.Equal(location, seen.Data.GetProperty("signed_content_location").GetString());
        using var link = await registry.Http.GetAsync((await browser.Get(path + "/file")).Location, Ct);
        Assert.Equal("друга редакція", await link.Content.ReadAsStringAsync(Ct));
        Assert.Equal(user.User.ToString(), await registry.Scalar<string>(
            "SELECT string_agg(DISTINCT actor_id, ' ') FROM audit_log WHERE resource = 'contracts' AND resource_id = $1 AND changeset ? 'signed_content_location'",
            contract.ToString()));
        Assert.Equal(2L, await registry.Scalar<long>(
            "SELECT count(*) FROM media_uploads WHERE resource_id = $1 AND updated_by = $2", contract, user.User));
        var page = await browser.Get(path);
        Assert.Contains(user.Email, page.Text, StringComparison.Ordinal);
        Assert.Contains("підписаний файл", page.Text, StringComparison.Ordinal);
        Assert.Contains("<del>–</del>", page.Html, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without role, token, own origin, password, file or a proper name nothing is stored")]
    public async Task NotStored()
    {
        var contract = await registry.Given.Contract(await registry.Given.LegalEntity());
        var user = await Operator.Make(registry, ConsoleRole.ContractsRead, ConsoleRole.ContractsWrite);
        using var browser = await user.SignIn(registry);
        using var reader = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);
        var path = ContractView.AddressOf(contract) + "/file";
        var (token, foreign) = ((await browser.Get("/console")).FormToken, (await reader.Get("/console")).FormToken);
        var content = "зміст"u8.ToArray();

        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostFile(path, "a.p7s", content, null, ("form_token", foreign))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostFile(path, "a.p7s", content, null, ("form_token", foreign))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostFile(path, "a.p7s", content, null)).Status);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await browser.PostFile(path, "a.p7s", content, "https://evil.example", ("form_token", token))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostTo(path, ("form_token", token))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostFile(path, "..", content, null, ("form_token", token))).Status);
        await registry.Execute("UPDATE console_sessions SET confirmed_at = now() - interval '6 minutes' WHERE user_id = $1", user.User);
        Assert.Contains("Уведіть пароль", (await browser.PostFile(path, "a.p7s", content, null, ("form_token", token))).Text, StringComparison.Ordinal);

        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM media_uploads WHERE resource_id = $1", contract));
        Assert.Equal(1L, await registry.Scalar<long>(
            "SELECT count(*) FROM contracts WHERE id = $1 AND signed_content_location IS NULL", contract));

        var stored = await browser.PostFile(path, "a.p7s", content, null, ("form_token", token), ("confirm_password", Operator.Password));
        Assert.Equal(HttpStatusCode.SeeOther, stored.Status);
    }
}
