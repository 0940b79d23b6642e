using System.Globalization;
using Esoz.Contracts;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>The terms of a contract as they stand in the fields.</summary>
public sealed record ContractTerms(
    string? Number, string? StartDate, string? EndDate, string? SignedDate, string? Status, string? StatusReason,
    bool IsSuspended, string? Price, string? Base, string? City, string? Reason)
{
    public static ContractTerms Of(Contract contract) => new(contract.ContractNumber, Shown.Field(contract.StartDate),
        Shown.Field(contract.EndDate), Shown.Field(contract.NhsSignedDate), contract.Status, contract.StatusReason, contract.IsSuspended,
        contract.NhsContractPrice?.ToString(CultureInfo.InvariantCulture), contract.ContractorBase, contract.IssueCity,
        contract.Reason);

    public static ContractTerms Of(ConsoleForm form) => new(form["number"]?.Trim(), form["start"], form["end"], form["signed"],
        form["status"], form["status_reason"]?.Trim(), form["suspended"] is not null, form["price"]?.Trim(), form["base"]?.Trim(),
        form["city"]?.Trim(), form["reason"]?.Trim());
}

/// <summary>
/// Changes the terms of a contract, by the numbered checks of <see cref="UpdateContract"/>. Whom the contract is between stays.
/// </summary>
public sealed record ContractEdit(ConsoleSession Session, Contract Contract, ContractTerms Terms)
{
    private const string Template = ContractList.Path + "/{id}/edit";
    private const int MaxText = 255;

    /// <summary>What the fields are a change of: nothing is written over what somebody else has changed meanwhile.</summary>
    public string Version => (Contract.UpdatedAt ?? Contract.InsertedAt).Ticks.ToString(CultureInfo.InvariantCulture);

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    /// <summary>Why nothing was changed.</summary>
    public Words? Fault { get; init; }

    /// <summary>Text of the check that refused it, as the method answers it.</summary>
    public string? Refusal { get; init; }

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-contract-edit", Template, ConsoleRole.ContractsWrite, Show);

    public static PageRoute Form { get; } = ConsoleScreen.Changes("console-contract-change", Template, ConsoleRole.ContractsWrite, Change);

    public static string AddressOf(Guid contract) => $"{ContractView.AddressOf(contract)}/edit";

    private static async Task<IResult> Show(HttpContext context, string id, ConsoleSession session, PostgresDatabase database) =>
        await Find(id, database, context.RequestAborted) is { } contract
            ? HtmlPage.Of<ContractEditPage, ContractEdit>(new(session, contract, ContractTerms.Of(contract)))
            : ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);

    private static async Task<IResult> Change(
        HttpContext context, string id, ConsoleSession session, ConsoleForm form, Confirmation confirmation, PostgresDatabase database)
    {
        var ct = context.RequestAborted;
        if (await Find(id, database, ct) is not { } contract)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        var view = new ContractEdit(session, contract, ContractTerms.Of(form));
        if (await confirmation.Problem(context, session, form) is { } problem)
            return Refused(view with { Problem = problem });
        if (form["version"] != view.Version)
            return Refused(view with { Terms = ContractTerms.Of(contract), Fault = ChangedMeanwhile });
        if (view.Request() is not { } request)
            return Refused(view with { Fault = Wrong });
        var work = new Work(database.By(session, context), Origin.Of(context));
        var outcome = await UpdateContract.Replace(work, contract.Id, session.UserId, request, ct);
        if (outcome.Refusal is { } refusal)
        {
            PageRoute.Record(context, refusal);
            return Refused(view with { Fault = RuleBroken, Refusal = outcome.Broken?.Rule });
        }
        await PageRoute.Record(context, StatusCodes.Status303SeeOther, new AccessedIds(contract.Id));
        return new SeeOther($"{ContractView.AddressOf(contract.Id)}?changed=1");
    }

    /// <summary>The contract with the terms of the form; null when a value is missing, too long or of the wrong kind.</summary>
    private ContractRequest? Request()
    {
        double? price = null;
        if (Terms.Price is { } text)
        {
            const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            if (!double.TryParse(text.Replace(',', '.'), style, CultureInfo.InvariantCulture, out var amount) || !double.IsFinite(amount))
                return null;
            price = amount;
        }
        if (Shown.DateOf(Terms.StartDate) is not { } start || Shown.DateOf(Terms.EndDate) is not { } end || end < start
            || Shown.DateOf(Terms.SignedDate) is not { } signed || Terms.Status is null || Terms.Base is null
            || new[] { Terms.Number, Terms.Base, Terms.City }.Any(it => it?.Length > MaxText))
            return null;
        return new()
        {
            StartDate = start,
            EndDate = end,
            Status = Terms.Status,
            ContractorLegalEntityId = Contract.ContractorLegalEntityId,
            ContractorOwnerId = Contract.ContractorOwnerId,
            ContractorBase = Terms.Base,
            ContractorPaymentDetails = Contract.ContractorPaymentDetails,
            ContractorRmspAmount = Contract.ContractorRmspAmount,
            ExternalContractorFlag = Contract.ExternalContractorFlag,
            ExternalContractors = Contract.ExternalContractors,
            NhsSignerId = Contract.NhsSignerId,
            NhsSignerBase = Contract.NhsSignerBase,
            NhsLegalEntityId = Contract.NhsLegalEntityId,
            NhsPaymentMethod = Contract.NhsPaymentMethod,
            IsSuspended = Terms.IsSuspended,
            IssueCity = Terms.City,
            NhsContractPrice = price,
            ContractNumber = Terms.Number,
            StatusReason = Terms.StatusReason,
            ParentContractId = Contract.ParentContractId,
            IdForm = Contract.IdForm,
            NhsSignedDate = signed,
            Type = Contract.Type,
            Reason = Terms.Reason,
            SignedContentLocation = Contract.SignedContentLocation,
        };
    }

    private static HtmlPage Refused(ContractEdit view) =>
        HtmlPage.Of<ContractEditPage, ContractEdit>(view, StatusCodes.Status422UnprocessableEntity);

    private static async Task<Contract?> Find(string id, PostgresDatabase database, CancellationToken ct) =>
        Guid.TryParse(id, out var key) ? await new ContractTable(database).Find(key, ct) : null;

    private static readonly Words Wrong = new(
        "Перевірте дати, ціну й обов’язкові поля. Нічого не змінено.", "Check dates, price and required fields. Nothing was changed.");

    private static readonly Words ChangedMeanwhile = new(
        "Договір тим часом змінили. Ось він тепер; нічого не змінено.",
        "The contract was changed meanwhile. This is how it is now; nothing was changed.");

    private static readonly Words RuleBroken = new("Правило методу не дозволяє цього", "A rule of the method does not allow this");
}
