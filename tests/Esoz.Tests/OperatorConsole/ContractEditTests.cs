using System.Net;
using Esoz.OperatorConsole;
using Esoz.Tests.SignIn.Browser;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Changing the terms of a contract on the screen.</summary>
public sealed class ContractEditTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Terms are changed by the rules of Update contract, the rest stays, and the audit log has the user and only what changed")]
    public async Task Changed()
    {
        var contract = await Contract();
        var user = await Operator.Make(registry, ConsoleRole.ContractsRead, ConsoleRole.ContractsWrite);
        using var browser = await user.SignIn(registry);
        var reason = new string('я', 300);
        await registry.Execute("UPDATE contracts SET reason = $2, nhs_contract_price = 0.1234567 WHERE id = $1", contract, reason);
        var form = await browser.Get(ContractEdit.AddressOf(contract));
        Assert.Contains("value=\"0.1234567\"", form.Html, StringComparison.Ordinal);

        var answer = await browser.PostTo(ContractEdit.AddressOf(contract), Fields(form, ("price", "1250,5"), ("city", "Вінниця"), ("reason", reason)));

        Assert.Equal($"{ContractView.AddressOf(contract)}?changed=1", answer.Location);
        Assert.Equal(1L, await registry.Scalar<long>("""
            SELECT count(*) FROM contracts
             WHERE id = $1 AND nhs_contract_price = 1250.5 AND issue_city = 'Вінниця' AND end_date = '2026-12-31' AND updated_by = $2
               AND contractor_payment_details ->> 'bank_name' = 'Банк' AND reason = $3
            """, contract, user.User, reason));
        Assert.Equal(1L, await registry.Scalar<long>("""
            SELECT count(*) FROM audit_log
             WHERE resource = 'contracts' AND resource_id = $1 AND actor_id = $2 AND request_id IS NOT NULL
               AND changeset - 'updated_by' = '{"issue_city": "Вінниця", "nhs_contract_price": 1250.5}'
            """, contract.ToString(), user.User.ToString()));
        Assert.Contains("Умови змінено", (await browser.Get(answer.Location!)).Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A broken rule, a wrong value, and a contract that was changed meanwhile change nothing and say why")]
    public async Task Refused()
    {
        var contract = await Contract();
        var taken = $"T-{Guid.NewGuid()}";
        await registry.Given.Contract(await registry.Given.LegalEntity(), number: taken);
        using var browser = await (await Operator.Make(registry, ConsoleRole.ContractsRead, ConsoleRole.ContractsWrite)).SignIn(registry);
        var form = await browser.Get(ContractEdit.AddressOf(contract) + "?lang=en");

        Assert.Contains("no other active VERIFIED contract", await Text(("number", taken)), StringComparison.Ordinal);
        Assert.Contains("Check dates", await Text(("end", "2025-12-31")), StringComparison.Ordinal);
        Assert.Contains("Check dates", await Text(("price", "-1")), StringComparison.Ordinal);
        Assert.Contains("Check dates", await Text(("base", "")), StringComparison.Ordinal);
        await registry.Execute("UPDATE contracts SET issue_city = 'Луцьк', updated_at = now() WHERE id = $1", contract);
        Assert.Contains("changed meanwhile", await Text(("city", "Вінниця")), StringComparison.Ordinal);

        Assert.Equal(1L, await registry.Scalar<long>("""
            SELECT count(*) FROM contracts
             WHERE id = $1 AND issue_city = 'Луцьк' AND nhs_contract_price IS NULL AND contractor_base = 'Статут' AND updated_by IS NULL
            """, contract));

        async Task<string> Text(params (string, string)[] changed)
        {
            var refused = await browser.PostTo(ContractEdit.AddressOf(contract), Fields(form, changed));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            return refused.Text;
        }
    }

    [Fact(DisplayName = "Without the role, the token of the form or the password nothing is changed")]
    public async Task Closed()
    {
        var contract = await Contract();
        var user = await Operator.Make(registry, ConsoleRole.ContractsRead, ConsoleRole.ContractsWrite);
        using var browser = await user.SignIn(registry);
        using var reader = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);
        var form = await browser.Get(ContractEdit.AddressOf(contract));
        var foreign = (await reader.Get(ContractView.AddressOf(contract))).FormToken;
        await registry.Execute("UPDATE console_sessions SET confirmed_at = now() - interval '6 minutes' WHERE user_id = $1", user.User);

        Assert.DoesNotContain("/edit", reader.Page.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Get(ContractEdit.AddressOf(contract))).Status);
        var other = Fields(form with { Html = form.Html.Replace(form.FormToken, foreign, StringComparison.Ordinal) }, ("city", "Вінниця"));
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostTo(ContractEdit.AddressOf(contract), other)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostTo(ContractEdit.AddressOf(contract), other)).Status);
        var refused = await browser.PostTo(ContractEdit.AddressOf(contract), Fields(form, ("city", "Вінниця")));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Уведіть пароль", refused.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Вінниця\"", refused.Html, StringComparison.Ordinal);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM contracts WHERE id = $1 AND issue_city IS NOT NULL", contract));
    }

    /// <summary>One that holds the rules: its owner is one.</summary>
    private async Task<Guid> Contract()
    {
        var provider = await registry.Given.LegalEntity();
        var contract = await registry.Given.Contract(provider, number: $"N-{Guid.NewGuid()}");
        await registry.Execute("UPDATE contracts SET contractor_owner_id = $2 WHERE id = $1", contract,
            await registry.Given.Employee(provider, type: "OWNER"));
        return contract;
    }

    /// <summary>The fields as the page has them, but for some.</summary>
    private static (string, string)[] Fields(FormPage form, params (string Name, string Value)[] changed)
    {
        var html = form.Html;
        var fields = new Dictionary<string, string> { ["status"] = "VERIFIED" };
        foreach (var name in new[] { "form_token", "version", "number", "start", "end", "signed", "price", "base", "city" })
        {
            var field = System.Text.RegularExpressions.Regex.Match(html, $"name=\"{name}\"[^>]*? value=\"([^\"]*)\"");
            fields[name] = WebUtility.HtmlDecode(field.Groups[1].Value);
        }
        foreach (var (name, value) in changed)
            fields[name] = value;
        return [.. fields.Select(field => (field.Key, field.Value))];
    }
}
