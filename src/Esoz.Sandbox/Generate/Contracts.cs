using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>
/// A contract of every provider with the NHS for the year 2026, its divisions, and some of the doctors who work under it.
/// </summary>
internal static class Contracts
{
    public static readonly SyntheticTable Table = new("contracts",
        "id, type, status, status_reason, start_date, end_date, contractor_legal_entity_id, contractor_owner_id, contractor_base, contractor_payment_details, " +
        "nhs_legal_entity_id, nhs_signer_id, nhs_signer_base, issue_city, nhs_payment_method, nhs_contract_price, nhs_signed_date, contract_number, id_form, " +
        "is_active, inserted_at, inserted_by, updated_at, updated_by",
        part => part.LegalEntities, Write);

    public static readonly SyntheticTable DivisionTable = new("contract_divisions",
        "id, contract_id, division_id, is_active, inserted_at, inserted_by, updated_at, updated_by",
        part => part.LegalEntities, WriteDivisions);

    public static readonly SyntheticTable EmployeeTable = new("contract_employees",
        "id, contract_id, employee_id, division_id, staff_units, declaration_limit, start_date, is_active, inserted_at, inserted_by, updated_at, updated_by",
        part => part.Employees, WriteEmployee);

    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Signed = Start.AddDays(-12);
    private static readonly double[] StaffUnits = [0.25, 0.5, 0.75, 1, 1, 1];

    private static void Write(TableWriter rows, Source source, int legalEntity)
    {
        if (legalEntity == 0)
            return;
        var dice = source.Dice(Kind.Contract, legalEntity);
        var isClosed = Staff.IsClosed(legalEntity);
        var insertedAt = Start.AddDays(-30).AddMilliseconds(dice.Next(1_000_000_000));
        rows.StartRow();
        rows.Value(source.Id(Kind.Contract, legalEntity)).Text(Population.ArchetypeOf(legalEntity).TypeOfContract)
            .Text(isClosed ? ContractStatus.Terminated : ContractStatus.Verified)
            .Text(isClosed ? ContractStatusReason.LegalEntityClosure : null)
            .Value(new DateOnly(2026, 1, 1)).Value(new DateOnly(2026, 12, 31))
            .Value(source.Id(Kind.LegalEntity, legalEntity)).Value(source.Id(Kind.Employee, Population.Owner(legalEntity)))
            .Text("на підставі статуту")
            .Text($$"""{"bank_name":"Умовний банк","MFO":"000000","payer_account":"UA00000000{{legalEntity:D19}}"}""")
            .Value(source.Id(Kind.LegalEntity, 0)).Value(source.Id(Kind.Employee, Population.Owner(0)))
            .Text("на підставі наказу").Text("Київ")
            .Text(dice.Percent(70) ? "FORWARD" : "BACKWARD").Value((double)(100_000 + dice.Next(90_000_000)))
            .Value(new DateOnly(2025, 12, 20))
            .Text($"SYN-{source.Seed}-{legalEntity:D6}").Text("5").Value(true)
            .Value(insertedAt).Value(Source.Author).Value(source.Calendar.Changed(rows.Rows - 1, insertedAt, ref dice))
            .Value(Source.Author);
    }

    private static void WriteDivisions(TableWriter rows, Source source, int legalEntity)
    {
        if (legalEntity == 0)
            return;
        var first = Population.FirstDivision(legalEntity);
        for (var division = first; division < first + Population.ArchetypeOf(legalEntity).Divisions; division++)
        {
            var dice = source.Dice(Kind.ContractDivision, division);
            rows.StartRow();
            rows.Value(source.Id(Kind.ContractDivision, division)).Value(source.Id(Kind.Contract, legalEntity))
                .Value(source.Id(Kind.Division, division))
                .Value(Divisions.IsActive(legalEntity, division))
                .Value(Signed).Value(Source.Author).Value(source.Calendar.Changed(rows.Rows - 1, Signed, ref dice)).Value(Source.Author);
        }
    }

    private static void WriteEmployee(TableWriter rows, Source source, int number)
    {
        var employee = source.Staff[number];
        if (employee is not { Service: not null, Division: { } division, Status: EmployeeStatus.Approved } || number % 3 != 0)
            return;
        var dice = source.Dice(Kind.ContractEmployee, number);
        rows.StartRow();
        rows.Value(source.Id(Kind.ContractEmployee, number)).Value(source.Id(Kind.Contract, employee.Workplace.LegalEntity))
            .Value(source.Id(Kind.Employee, number)).Value(source.Id(Kind.Division, division))
            .Value(dice.Pick(StaffUnits)).Value(employee.IsPrimaryCareDoctor ? 1800 : 0).Value(Start).Value(true)
            .Value(Signed).Value(Source.Author).Value(source.Calendar.Changed(rows.Rows - 1, Signed, ref dice)).Value(Source.Author);
    }
}
