using Esoz.BulkExport;
using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>A few declarations for every doctor of primary care; the patients are ids without rows. Numbers refer to employees.</summary>
internal static class Declarations
{
    public static readonly SyntheticTable Table = new("declarations",
        "id, employee_id, division_id, legal_entity_id, person_id, status, start_date, end_date, is_active, inserted_at, inserted_by, updated_at, updated_by",
        part => part.Employees, Write);

    /// <summary>Maximum number of declarations of one doctor.</summary>
    private const int MaxPerEmployee = 4;

    private static void Write(TableWriter rows, Source source, int number)
    {
        var employee = source.Staff[number];
        if (employee is not { IsPrimaryCareDoctor: true, Division: { } division })
            return;
        var dice = source.Dice(Kind.Declaration, number);
        var count = 1 + dice.Next(MaxPerEmployee);
        for (var i = 0; i < count; i++)
        {
            var id = ((long)number * MaxPerEmployee) + i;
            var insertedAt = Calendar.Between(employee.InsertedAt, ref dice);
            var start = DateOnly.FromDateTime(insertedAt);
            var ended = employee.Status != EmployeeStatus.Approved;
            rows.StartRow();
            rows.Value(source.Id(Kind.Declaration, id)).Value(source.Id(Kind.Employee, number)).Value(source.Id(Kind.Division, division))
                .Value(source.Id(Kind.LegalEntity, employee.Workplace.LegalEntity)).Value(source.Id(Kind.Person, id))
                .Text(ended ? DeclarationStatus.Terminated
                    : dice.Percent(95) ? DeclarationStatus.Active : DeclarationStatus.PendingVerification)
                .Value(start).Value(start.AddYears(50))
                .Value(!ended)
                .Value(insertedAt).Value(Source.Author).Value(Calendar.Between(insertedAt, ref dice)).Value(Source.Author);
        }
    }
}
